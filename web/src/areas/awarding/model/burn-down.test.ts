import { expect, test } from "vitest";
import type { OutlookShape } from "@/api/schema";
import { burnDown } from "./burn-down";

const DAY = 86_400;

function outlook(more: Partial<OutlookShape> = {}): OutlookShape {
  return {
    award_id: "award_1",
    unit: "tokens",
    days: [
      { start: 0, drawn: 10, left: 90 },
      { start: DAY, drawn: 10, left: 80 },
    ],
    state: "estimated",
    used_up_in_days: { low: 4, middle: 8, high: null },
    rest: { low: 0, middle: 0, high: 20 },
    words: "",
    object: "tokenry.award.outlook",
    ...more,
  };
}

test("what was left begins with all of it, and ends today", () => {
  const lines = burnDown(outlook(), 12 * DAY);
  expect(lines?.xs.slice(0, 3)).toEqual([0, DAY, 2 * DAY]);
  expect(lines?.left.slice(0, 4)).toEqual([100, 90, 80, null]);
});

test("each line leads to nothing on its day, or to what is left at the end", () => {
  const lines = burnDown(outlook(), 12 * DAY);
  expect(lines?.xs).toEqual([0, DAY, 2 * DAY, 6 * DAY, 10 * DAY, 12 * DAY]);
  expect(lines?.low).toEqual([null, null, 80, 0, 0, 0]);
  expect(lines?.middle).toEqual([null, null, 80, 40, 0, null]);
  expect(lines?.high).toEqual([null, null, 80, 56, 32, 20]);
});

test("nothing is drawn of what nobody can say", () => {
  const lines = burnDown(outlook({ state: "unknown", used_up_in_days: null, rest: null }), 12 * DAY);
  expect(lines?.middle.every((value) => value === null)).toBe(true);
  expect(burnDown(outlook({ days: [] }), DAY)).toBeNull();
});

test("an award whose end is behind it leads nowhere", () => {
  const lines = burnDown(outlook({ used_up_in_days: null }), DAY);
  expect(lines?.xs.at(-1)).toBe(2 * DAY);
  expect(lines?.low.every((value) => value === null)).toBe(true);
});

test("a line never rises", () => {
  const lines = burnDown(outlook({ used_up_in_days: null, rest: { low: 10, middle: 50, high: 500 } }), 12 * DAY);
  expect(Math.max(...(lines?.high ?? []).map((value) => value ?? 0))).toBe(80);
});
