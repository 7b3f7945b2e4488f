import { expect, test } from "vitest";
import { reached } from "./menu";

const names = ["Rename", "Move", "Remove", "Delete"];

test("arrows go round, Home and End to the ends", () => {
  expect(reached("ArrowDown", names, 3)).toBe(0);
  expect(reached("ArrowDown", names, -1)).toBe(0);
  expect(reached("ArrowUp", names, 0)).toBe(3);
  expect(reached("Home", names, 2)).toBe(0);
  expect(reached("End", names, 0)).toBe(3);
});

test("a letter goes to the next that begins with it", () => {
  expect(reached("r", names, 0)).toBe(2);
  expect(reached("R", names, 2)).toBe(0);
  expect(reached("x", names, 0)).toBeUndefined();
});

test("other keys are not a menu's", () => {
  expect(reached("Enter", names, 0)).toBeUndefined();
  expect(reached(" ", names, 0)).toBeUndefined();
  expect(reached("ArrowDown", [], -1)).toBeUndefined();
});
