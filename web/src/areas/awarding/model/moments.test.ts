import { expect, test } from "vitest";
import { daysUntil, momentField, momentOfField } from "./moments";

test("a moment goes into its field and comes back", () => {
  for (const at of [0, 1_830_000_000 - (1_830_000_000 % 60), 1_900_000_020]) {
    expect(momentOfField(momentField(at))).toBe(at);
  }
  for (const none of ["", "2027-03-31", "soon"]) expect(momentOfField(none)).toBeNull();
});

test("days that are left", () => {
  expect([daysUntil(100, 200), daysUntil(86_400 * 3 + 5, 0), daysUntil(86_399, 0)]).toEqual([0, 3, 0]);
});
