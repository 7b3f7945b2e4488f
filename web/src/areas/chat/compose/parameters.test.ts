import { expect, it } from "vitest";
import { changed, numberIn, parametersOf, RANGES, typedOf } from "./parameters";

it("reads what it wrote", () => {
  const parameters = { temperature: 0.7, top_p: 1, max_output_tokens: 4096, reasoning_effort: "high" } as const;
  expect(parametersOf(typedOf(parameters))).toEqual({ parameters });
  expect(parametersOf(typedOf({}))).toEqual({ parameters: {} });
});

it.each([
  ["", null],
  [" 0,5 ", 0.5],
  ["2", 2],
  ["2.1", undefined],
  ["-1", undefined],
  ["1e1", undefined],
  ["warm", undefined],
])("a temperature of %j is %j", (typed, value) => {
  expect(numberIn(typed, RANGES.temperature)).toBe(value);
});

it("names every field that is wrong", () => {
  expect(parametersOf({ temperature: "3", top_p: "0", max_output_tokens: "1.5", reasoning_effort: "vast" })).toEqual({
    wrong: ["temperature", "top_p", "max_output_tokens"],
  });
});

it("counts what was changed", () => {
  expect(changed({ temperature: 0, top_p: null }, " ")).toBe(1);
  expect(changed({}, "Be brief.")).toBe(1);
});
