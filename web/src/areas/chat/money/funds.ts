/** Budgets over somebody, and what of them is left. Amounts come as dollars in exact text. Pure. */
import { moneyOf } from "@/ui/money";

export type Budget = {
  id: string;
  scope: string;
  scope_name: string | null;
  model: string | null;
  window: string;
  hard: boolean;
  state: "open" | "closed";
  limit_usd: string;
  source: string;
  spent_usd: string;
  held_usd: string;
  left_usd: string;
  resets_at: number | null;
};

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
