import { expect, test } from "vitest";
import { agoWords, dayField, dayOfField } from "./time";

const now = 1_780_000_000;

test.each([
  [now, "now"],
  [now - 59, "now"],
  [now - 60, "1 minute ago"],
  [now - 3_599, "59 minutes ago"],
  [now + 7_200, "in 2 hours"],
  [now - 86_400, "yesterday"],
  [now + 6 * 86_400, "in 6 days"],
])("%i is %s", (at, words) => {
  expect(agoWords(at, now)).toBe(words);
});

test("a week away is a date", () => {
  expect(agoWords(now - 8 * 86_400, now)).toMatch(/2026/);
});

test("a date field holds what was put into it", () => {
  expect(dayField(dayOfField("2026-02-28") ?? 0)).toBe("2026-02-28");
  expect(dayOfField("28.2.2026")).toBeNull();
});
