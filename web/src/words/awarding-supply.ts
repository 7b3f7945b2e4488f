// What an award takes to serve, in words.
import { speak } from ".";

export const t = speak({
  acceleratorDays: "{size} days of one accelerator",
  acceleratorHours: "{size} hours of one accelerator",
  acceleratorSeconds: { one: "{count} second of one accelerator", other: "{count} seconds of one accelerator" },
  kilowattHours: "{size} kWh",
  wattHours: "{count} Wh",
  nothingBehind: "Nothing is named that stands behind the pool, so nobody can say what it takes to serve.",
  ratio: "Promised of what can be delivered",
  ratioIs: "{percent} % within {days}",
});
