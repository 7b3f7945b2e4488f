import { expect, test } from "vitest";
import { askedOf, dayIn, filterOf, queryOf } from "./asked";

test("an address's words are taken when they are known, and left out when not", () => {
  expect(askedOf({ window: "7d", by: "key", measure: "tokens", from: "2026-01-31", project: "proj_1" })).toMatchObject({
    window: "7d",
    by: "key",
    measure: "tokens",
    from: "2026-01-31",
    project: "proj_1",
  });
  const nothing = askedOf({ window: "1y", by: "password", from: "2026-31-31", to: 5, model: "", key: ["a"] });
  expect(Object.values(nothing).every((one) => one === undefined)).toBe(true);
});

test("days begin where the organization lives, also when the clocks change", () => {
  const berlin = dayIn("Europe/Berlin");
  expect(berlin("2026-03-29")).toBe(Date.UTC(2026, 2, 28, 23) / 1000);
  expect(berlin("2026-03-29", 1)).toBe(Date.UTC(2026, 2, 29, 22) / 1000);
  expect(dayIn("UTC")("2026-03-29")).toBe(Date.UTC(2026, 2, 29) / 1000);
  expect(dayIn("Pacific/Kiritimati")("2026-03-29")).toBe(Date.UTC(2026, 2, 28, 10) / 1000);
  expect(dayIn("America/Los_Angeles")("2026-11-01", 1)).toBe(Date.UTC(2026, 10, 2, 8) / 1000);
});

test("what the API is asked", () => {
  const asked = queryOf({ from: "2026-01-01", to: "2026-01-31", model: "m" }, dayIn("UTC"));
  expect(asked).toMatchObject({ group_by: "model", order: "cost", models: ["m"] });
  expect((asked.end_time ?? 0) - (asked.start_time ?? 0)).toBe(31 * 86_400);
  expect(queryOf({}, dayIn("UTC")).start_time).toBeUndefined();
  expect(filterOf("tier")).toBeNull();
});
