/** Budgets over somebody, and what of them is left. Amounts come as dollars in exact text. Pure. */
import type { BudgetShape, Standing } from "@/api/schema";
import { moneyOf } from "@/ui/money";

export type Budget = BudgetShape;

const OUT_OF_FUNDS = new Set(["insufficient_quota", "billing_hard_limit_reached"]);

/** Whether a refusal means that a budget or award is used up. */
export function isOutOfFunds(code: string | null | undefined): boolean {
  return code !== null && code !== undefined && OUT_OF_FUNDS.has(code);
}

/** Nano-USD of an exact amount; the API writes no other. */
export function nanoOf(usd: string): number {
  return moneyOf(usd) ?? 0;
}

/** The hard budget that will refuse first: the least left, of those that count for this model. Null = none refuses. */
export function tightest(budgets: readonly Budget[], model: string | null): Budget | null {
  let least: Budget | null = null;
  for (const budget of budgets) {
    if (!budget.hard || budget.state !== "open" || (budget.model !== null && budget.model !== model)) continue;
    if (!least || nanoOf(budget.left_usd) < nanoOf(least.left_usd)) least = budget;
  }
  return least;
}

/** How much of it is used, in whole percent from 0 to 100. */
export function usedPercent(budget: Pick<Budget, "limit_usd" | "left_usd">): number {
  const limit = nanoOf(budget.limit_usd);
  if (limit === 0) return 100;
  return Math.min(100, Math.max(0, Math.round(100 - (nanoOf(budget.left_usd) / limit) * 100)));
}

export type Left = { nanousd: number | null; tokens: number | null; resets_at: number | null };

/** The one figure for "what is left": of dollars the least that an award or a budget leaves, else an award's tokens. */
export function leftOf(standing: Pick<Standing, "budgets" | "awards">, model: string | null): Left | null {
  const budget = tightest(standing.budgets, model);
  const dollars = standing.awards.flatMap((award) => (award.left_nanousd === null ? [] : [award.left_nanousd]));
  const tokens = standing.awards.flatMap((award) => (award.left_tokens === null ? [] : [award.left_tokens]));
  const awarded = dollars.length ? dollars.reduce((sum, one) => sum + one, 0) : null;
  const budgeted = budget && nanoOf(budget.left_usd);
  if (budget && budgeted !== null && (awarded === null || budgeted <= awarded)) {
    return { nanousd: budgeted, tokens: null, resets_at: budget.resets_at };
  }
  if (awarded !== null) return { nanousd: awarded, tokens: null, resets_at: null };
  return tokens.length ? { nanousd: null, tokens: tokens.reduce((sum, one) => sum + one, 0), resets_at: null } : null;
}
