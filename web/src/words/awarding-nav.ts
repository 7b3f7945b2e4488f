// What the bar on the left says of awards: apart from all else, since it comes with every page.
import { speak } from ".";

export const t = speak({
  desk: "To do",
  programmes: "Programmes",
  applications: "Applications",
  awards: "All awards",
  reviews: "Reviews",
  calls: "Open calls",
  mine: "Your awards",
  certificates: "Certificates",
});
