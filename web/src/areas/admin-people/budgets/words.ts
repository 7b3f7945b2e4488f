// Budgets in words. Pure.
import { nanoOf } from "@/ui/money";
import { t } from "@/words/people";
import type { Budget } from "../lists";

export const WINDOWS = ["day", "week", "month", "total"] as const;
export type Window = (typeof WINDOWS)[number];

export const WINDOW_WORDS: Readonly<Record<Window, string>> = {
  day: t("windowDay"),
  week: t("windowWeek"),
  month: t("windowMonth"),
  total: t("windowTotal"),
};

const SCOPE_WORDS: Readonly<Record<Budget["scope"], string>> = {
  organization: t("scopeOrganization"),
  project: t("scopeProject"),
  group: t("scopeGroup"),
  user: t("scopeUser"),
  key: t("scopeKey"),
};

type Named = Pick<Budget, "scope" | "scope_id" | "scope_name">;

export function isDefault(budget: Named): boolean {
  return budget.scope === "user" && budget.scope_id === "*";
}

/** For whom a budget is: "each member", "Atlas (project)". */
export function whoseWords(budget: Named): string {
  if (isDefault(budget)) return t("budgetEverybody");
  return `${budget.scope_name ?? budget.scope_id} (${SCOPE_WORDS[budget.scope]})`;
}

/** Where a limit comes from, as the API says it: `default`, `group NAME`, `override`, `budget`. */
export function sourceWords(source: string): string {
  if (source === "default") return t("sourceDefault");
  if (source === "override") return t("sourceOverride");
  if (source === "budget") return t("sourceBudget");
  return source.startsWith("group ") ? t("sourceGroup", { name: source.slice("group ".length) }) : source;
}

/** How much of a limit is spent, in whole percent; more than 100 where it was lowered meanwhile. */
export function spentPercent(budget: Pick<Budget, "spent_usd" | "limit_usd">): number {
  const spent = nanoOf(budget.spent_usd) ?? 0n;
  const limit = nanoOf(budget.limit_usd) ?? 0n;
  return limit === 0n ? (spent > 0n ? 100 : 0) : Number((spent * 100n) / limit);
}

/** "50, 80, 100" as numbers; null = it cannot be read. */
export function thresholdsOf(text: string): number[] | null {
  const parts = text.split(/[\s,;]+/).filter(Boolean);
  const found = parts.map((part) => (/^\d{1,4}%?$/.test(part) ? Number.parseInt(part, 10) : Number.NaN));
  const good = found.length > 0 && found.length <= 10 && found.every((one) => one >= 1 && one <= 1000);
  return good ? found : null;
}
