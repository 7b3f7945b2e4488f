import { expect, test } from "vitest";
import type { Criterion } from "@/api/schema";
import { openCriteria, percentOfScore, pointsOfKey } from "./scores";

const RUBRIC: Criterion[] = [
  { id: "merit", label: "Merit", points_max: 5, weight: 3, help: "" },
  { id: "method", label: "Method", points_max: 5, weight: 3, help: "" },
  { id: "need", label: "Need", points_max: 5, weight: 2, help: "" },
  { id: "ability", label: "Ability", points_max: 5, weight: 1, help: "" },
];

test("a score is what the server makes of the same points", () => {
  expect(percentOfScore(RUBRIC, { merit: 4, method: 5, need: 3, ability: 4 })).toBe("82.22");
  expect(percentOfScore(RUBRIC, { merit: 4, method: 5, need: 5, ability: 4 })).toBe("91.11");
  expect(percentOfScore(RUBRIC, { merit: 0, method: 0, need: 0, ability: 0 })).toBe("0.00");
  expect(percentOfScore(RUBRIC, { merit: 5, method: 5, need: 5, ability: 5 })).toBe("100.00");
});

test("while a criterion is open there is none", () => {
  expect(percentOfScore(RUBRIC, { merit: 4 })).toBeNull();
  expect(percentOfScore([], {})).toBeNull();
  expect(openCriteria(RUBRIC, { merit: 0 }).map((one) => one.id)).toEqual(["method", "need", "ability"]);
});

test("figures are points as far as there are so many", () => {
  expect([
    pointsOfKey("5", 5),
    pointsOfKey("0", 5),
    pointsOfKey("6", 5),
    pointsOfKey("Tab", 5),
    pointsOfKey("", 5),
  ]).toEqual([5, 0, null, null, null]);
});
