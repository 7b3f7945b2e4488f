import { expect, test } from "vitest";
import { merge, same } from "./merge";

const base = { about: "a", tiers: [{ name: "Explore", days: 365 }], days: 30, open: true };

test("what one of two changed is taken, whoever it was", () => {
  const mine = { ...base, about: "mine" };
  const theirs = { ...base, days: 60 };
  expect(merge(base, mine, theirs)).toEqual({
    value: { ...base, about: "mine", days: 60 },
    taken: ["days"],
    disputed: [],
  });
});

test("what both changed is asked, unless they agree", () => {
  const mine = { ...base, tiers: [{ name: "Explore", days: 100 }], days: 60 };
  const theirs = { ...base, tiers: [{ name: "Explore", days: 200 }], days: 60 };
  const merged = merge(base, mine, theirs);
  expect(merged.disputed).toEqual(["tiers"]);
  expect(merged.value.tiers).toEqual(mine.tiers);
  expect(merged.taken).toEqual([]);
});

test("the order of members says nothing, the order of a list does", () => {
  expect(same({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
  expect(same([1, 2], [2, 1])).toBe(false);
  expect(same({ a: undefined }, {})).toBe(true);
  expect(same({ a: null }, {})).toBe(false);
  expect(same([], {})).toBe(false);
});
