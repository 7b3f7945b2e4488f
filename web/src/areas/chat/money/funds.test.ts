import { expect, it } from "vitest";
import { type Budget, isOutOfFunds, leftOf, nanoOf, tightest, usedPercent } from "./funds";

const budget = (id: string, left: string, more: Partial<Budget> = {}): Budget => ({
  id, scope: "user", scope_name: null, model: null, window: "month", hard: true, state: "open", limit_usd: "20.00",
  source: "default", spent_usd: "0", held_usd: "0", left_usd: left, resets_at: null, scope_id: "user_1", timezone: "UTC",
  thresholds: [], default: null, created_at: 0, object: "tokenry.budget", ...more,
}); // biome-ignore format: members of one record

it("finds the budget that refuses first", () => {
  const all = [
    budget("wide", "19.00"),
    budget("tight", "0.000000005"),
    budget("soft", "0", { hard: false }),
    budget("closed", "0", { state: "closed" }),
    budget("other model", "0", { model: "large" }),
  ];
  expect(tightest(all, "small")?.id).toBe("tight");
  expect(tightest(all, "large")?.id).toBe("other model");
  expect(tightest([], "small")).toBeNull();
});

it("reads exact amounts", () => {
  expect(nanoOf("12.50")).toBe(12_500_000_000);
  expect(nanoOf("0.000000001")).toBe(1);
});

it.each([
  ["20.00", "20.00", 0],
  ["20.00", "5.00", 75],
  ["20.00", "0", 100],
  ["0", "0", 100],
])("of %s with %s left, %d percent are used", (limit_usd, left_usd, percent) => {
  expect(usedPercent({ limit_usd, left_usd })).toBe(percent);
});

it("knows what being out of funds is called", () => {
  expect(isOutOfFunds("insufficient_quota")).toBe(true);
  expect(isOutOfFunds("rate_limit_exceeded")).toBe(false);
  expect(isOutOfFunds(null)).toBe(false);
});

it("says the least that is left", () => {
  const award = (left_nanousd: number | null, left_tokens: number | null = null) => ({
    id: "awd_1", name: "a", unit: left_tokens === null ? ("usd" as const) : ("tokens" as const), left_nanousd, left_tokens, ends_at: null,
  }); // biome-ignore format: members of one record
  const month = budget("month", "5.00", { resets_at: 99 });
  expect(leftOf({ budgets: [month], awards: [award(100_000_000_000)] }, null)).toEqual({
    nanousd: 5_000_000_000,
    tokens: null,
    resets_at: 99,
  });
  expect(leftOf({ budgets: [month], awards: [award(1), award(2)] }, null)).toEqual({
    nanousd: 3,
    tokens: null,
    resets_at: null,
  });
  expect(leftOf({ budgets: [], awards: [award(null, 500)] }, null)).toEqual({
    nanousd: null,
    tokens: 500,
    resets_at: null,
  });
  expect(leftOf({ budgets: [], awards: [] }, null)).toBeNull();
});
