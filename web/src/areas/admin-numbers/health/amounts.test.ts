import { expect, test } from "vitest";
import { sizeWords } from "./amounts";

test("bytes in words", () => {
  expect(sizeWords(0)).toMatch(/0/);
  expect(sizeWords(1_500_000_000)).toMatch(/1\.5\sGB/);
  expect(sizeWords(64_400_000_000)).toMatch(/64\sGB/);
  expect(sizeWords(5e15)).toMatch(/5,000\sTB/);
});
