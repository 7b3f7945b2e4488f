import { expect, test } from "vitest";
import { moneyOf, moneyWords, nanoOf, tokensWords, usdText } from "./money";

test.each([
  [0, "$0.00"],
  [1, "$0.000000001"],
  [1_234_567_890, "$1.23"],
  [1_235_000_000, "$1.24"],
  [999_999_999, "$1.00"],
  [1_234_567, "$0.00123"],
  [500_000_000, "$0.50"],
  [12_345_678_900_000, "$12,345.68"],
  [-1_500_000_000, "−$1.50"],
  [-1, "−$0.000000001"],
])("%i nano-USD are %s", (nano, words) => {
  expect(moneyWords(nano)).toBe(words);
});

test("exactly is to the last of nine digits", () => {
  expect(moneyWords(1_234_567_891, { exact: true })).toBe("$1.234567891");
  expect(moneyWords(1_200_000_000, { exact: true })).toBe("$1.20");
  expect(moneyWords(123_456_789_012_345_678_901n, { exact: true })).toBe("$123,456,789,012.345678901");
});

test.each([
  ["1", 1_000_000_000],
  ["$1,234.50", 1_234_500_000_000],
  [".000000001", 1],
  ["0.1", 100_000_000],
  [" 20 ", 20_000_000_000],
  ["", null],
  [".", null],
  ["-1", null],
  ["1e3", null],
  ["1,23", null],
  ["0.0000000001", null],
  ["99999999999", null],
])("a person's %j is %s", (text, nano) => {
  expect(moneyOf(text)).toBe(nano);
});

test("what is written can be read again", () => {
  for (const nano of [0, 1, 10, 999_999_999, 1_000_000_000, 1_234_567_891, 9_007_199_254_740_991]) {
    expect(moneyOf(moneyWords(nano, { exact: true }))).toBe(nano);
  }
});

test("tokens in full and short", () => {
  expect(tokensWords(1_234_567)).toBe("1,234,567");
  expect(tokensWords(1_234_567, true)).toBe("1.2M");
});

test("what the API takes has no signs", () => {
  expect(usdText("$1,234.50")).toBe("1234.5");
  expect(usdText("20")).toBe("20");
  expect(usdText("a lot")).toBeNull();
  expect(nanoOf("99999999999")).toBe(99_999_999_999_000_000_000n);
});
