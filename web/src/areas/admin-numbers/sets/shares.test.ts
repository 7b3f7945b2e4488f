import { expect, test } from "vitest";
import { shareWords, width } from "./shares";

test("a bar shows what there is, and nothing of nothing", () => {
  expect(width(0, 10)).toBe(0);
  expect(width(1, 1_000_000)).toBe(0.4);
  expect(width(5, 10)).toBe(50);
  expect(width(11, 10)).toBe(100);
  expect(width(1, 0)).toBe(0);
});

test("what is little is not nothing, and what is nearly all is not all", () => {
  expect(shareWords(1, 8)).toMatch(/^12[.,]5/);
  expect(shareWords(1, 1_000_000)).toMatch(/^</);
  expect(shareWords(999_999, 1_000_000)).toMatch(/^>/);
  expect(shareWords(10, 10)).toMatch(/^100/);
  expect(shareWords(0, 0)).toMatch(/^0/);
});
