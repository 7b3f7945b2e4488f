import { expect, test } from "vitest";
import { announcedLine } from "./toml";

const wanted = { day: "2027-01-01", input: "$0.60", cached: "", output: "2.4" };

test("a coming price is a line of the configuration", () => {
  expect(announcedLine(wanted, "2026-12-31", false)).toBe(
    'announced = [{ effective_from = "2027-01-01", price = { input = 0.6, output = 2.4 } }]',
  );
  expect(announcedLine({ ...wanted, output: "" }, "2026-12-31", true)).toContain("{ embedding = 0.6 }");
});

test("a day that is over and what is no amount are refused", () => {
  expect(announcedLine(wanted, "2027-01-01", false)).toBeNull();
  expect(announcedLine({ ...wanted, input: "much" }, "2026-12-31", false)).toBeNull();
  expect(announcedLine({ ...wanted, input: "", output: "" }, "2026-12-31", false)).toBeNull();
  expect(announcedLine({ ...wanted, day: "" }, "2026-12-31", false)).toBeNull();
});
