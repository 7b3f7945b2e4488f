// What an award takes to serve, in words.
import { speak } from ".";

export const t = speak({
  acceleratorDays: "{size} days",
  acceleratorHours: "{size} hours",
  acceleratorSeconds: { one: "{count} second", other: "{count} seconds" },
  kilowattHours: "{size} kWh",
  wattHours: "{count} Wh",
  nothingBehind: "Nothing is named that stands behind the pool, so nobody can say what it takes to serve.",
  ratio: "Promised of what can be delivered",
  ratioIs: "{percent} % within {days}",
});
