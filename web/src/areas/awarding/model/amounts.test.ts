import { describe, expect, test } from "vitest";
import {
  amountWords,
  parseAmount,
  percentOf,
  percentWords,
  shortAmount,
  typedAmount,
  type Unit,
  wrongWords,
} from "./amounts";

const RIGHT: [string, Unit, number][] = [
  ["1", "tokens", 1],
  ["1500000", "tokens", 1_500_000],
  ["1,500,000", "tokens", 1_500_000],
  ["1_500_000 tokens", "tokens", 1_500_000],
  ["10 000 000", "tokens", 10_000_000],
  ["1.5B", "tokens", 1_500_000_000],
  ["1.5B tokens", "tokens", 1_500_000_000],
  [" 1.5 b  Tokens ", "tokens", 1_500_000_000],
  ["2 trillion", "tokens", 2_000_000_000_000],
  ["10T", "tokens", 10_000_000_000_000],
  ["1.234567890123T", "tokens", 1_234_567_890_123],
  ["0.5k", "tokens", 500],
  [".5k", "tokens", 500],
  ["2.50", "usd", 2_500_000_000],
  ["$250", "usd", 250_000_000_000],
  ["250 USD", "usd", 250_000_000_000],
  ["$1,250.50", "usd", 1_250_500_000_000],
  ["$0.000000001", "usd", 1],
  ["1.5k dollars", "usd", 1_500_000_000_000],
  ["$1 million", "usd", 1_000_000_000_000_000],
  ["$9,007,199.254740991", "usd", Number.MAX_SAFE_INTEGER],
  ["100\u00a0000", "tokens", 100_000],
];
const WRONG: [string, Unit, string][] = [
  ["", "tokens", "empty"],
  ["  ", "usd", "empty"],
  ["many", "tokens", "unreadable"],
  ["-5", "tokens", "unreadable"],
  ["+5", "tokens", "unreadable"],
  ["1,5", "tokens", "unreadable"],
  ["1,5", "usd", "unreadable"],
  ["1.500.000", "tokens", "unreadable"],
  ["1e9", "tokens", "unreadable"],
  ["5 apples", "tokens", "unreadable"],
  ["5 B B", "tokens", "unreadable"],
  ["5 tokens please", "tokens", "unreadable"],
  ["0x10", "tokens", "unreadable"],
  ["1,0000", "tokens", "unreadable"],
  ["$5 USD 3", "usd", "unreadable"],
  ["€5", "usd", "unreadable"],
  ["constructor", "tokens", "unreadable"],
  ["5 constructor", "tokens", "unreadable"],
  ["$250", "tokens", "other_unit"],
  ["250 tokens", "usd", "other_unit"],
  ["1.5", "tokens", "parts"],
  ["1.0000000001B", "tokens", "parts"],
  ["$0.0000000001", "usd", "parts"],
  ["0", "tokens", "zero"],
  ["$0.00", "usd", "zero"],
  ["10000T", "tokens", "too_much"],
  ["$9,007,199.254740992", "usd", "too_much"],
  [`1${"0".repeat(400)}`, "tokens", "too_much"],
];

describe("an amount is read", () => {
  test.each(RIGHT)("%s as %s", (text, unit, amount) => expect(parseAmount(text, unit)).toEqual({ amount }));
});

describe("what is none is refused, and says what to type", () => {
  test.each(WRONG)("%s as %s", (text, unit, wrong) => {
    const parsed = parseAmount(text, unit);
    expect(parsed).toEqual({ wrong });
    if ("wrong" in parsed) expect(wrongWords(parsed.wrong, unit)).not.toBe("");
  });
});

test("what a field shows reads back as the same", () => {
  for (const unit of ["tokens", "usd"] as const) {
    for (let power = 0; power <= 15; power += 1) {
      for (const amount of [10 ** power, 10 ** power + 1, 7 * 10 ** power - 1]) {
        expect(parseAmount(typedAmount(amount, unit), unit)).toEqual({ amount });
      }
    }
  }
  expect(typedAmount(1_500_000, "tokens")).toBe("1,500,000");
  expect(typedAmount(12_500_000_000, "usd")).toBe("$12.50");
  expect(typedAmount(250_000_000_000, "usd")).toBe("$250");
});

test("amounts in words", () => {
  expect(amountWords(1, "tokens")).toBe("1 token");
  expect(amountWords(1_500_000, "tokens")).toBe("1,500,000 tokens");
  expect(amountWords(12_500_000_000, "usd")).toBe("$12.50");
  expect(amountWords(12_500_000_001, "usd")).toBe("$12.500000001");
});

test("amounts where there is little room are cut, never rounded up, and read back", () => {
  const told: [number, string][] = [
    [0, "0"],
    [999, "999"],
    [1_000, "1K"],
    [1_500_000_000, "1.5B"],
    [9_998_500_000_000, "9.998T"],
    [999_999_999, "999.9M"],
    [10_000_000_000_000, "10T"],
    [4_000_000_000_000_000, "4,000T"],
    [12_345_678, "12.34M"],
  ];
  for (const [amount, words] of told) {
    expect(shortAmount(amount, "tokens")).toBe(words);
    const read = parseAmount(words, "tokens");
    if ("amount" in read) expect(read.amount).toBeLessThanOrEqual(amount);
  }
  expect(shortAmount(12_500_000_000, "usd")).toBe("$12.50");
  expect(shortAmount(1_000_000_000_000_000, "usd")).toBe("$1M");
  expect(shortAmount(1_234_567_000_000_000, "usd")).toBe("$1.234M");
  expect(shortAmount(9_999_000_000_000, "usd")).toBe("$9,999");
});

test("a share is never nothing when there is something", () => {
  expect([percentOf(0, 10), percentOf(1, 10_000), percentOf(5, 10), percentOf(20, 10), percentOf(1, 0)]).toEqual([
    0, 1, 50, 100, 0,
  ]);
  const told = [percentWords(0, 10), percentWords(1, 10_000), percentWords(9_999, 10_000), percentWords(10, 10)];
  expect(told).toEqual(["0 %", "< 1 %", "99 %", "100 %"]);
});
