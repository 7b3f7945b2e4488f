import { expect, test } from "vitest";
import { tabReached } from "./tabs";

test("arrows go round, Home and End to the ends, other keys nowhere", () => {
  expect(tabReached("ArrowRight", 2, 3)).toBe(0);
  expect(tabReached("ArrowLeft", 0, 3)).toBe(2);
  expect(tabReached("Home", 2, 3)).toBe(0);
  expect(tabReached("End", 0, 3)).toBe(2);
  expect(tabReached("Enter", 0, 3)).toBeUndefined();
  expect(tabReached("ArrowRight", 0, 0)).toBeUndefined();
});
