import { cx, Usd } from "@/ui";
import { t } from "@/words/people";
import type { Budget } from "../lists";
import { spentPercent } from "./words";

/** What is spent of a budget, as an amount and as a bar. */
export function Meter({ budget }: { budget: Budget }) {
  const percent = spentPercent(budget);
  const bar = Math.min(percent, 100);
  return (
    <span className="block min-w-36">
      <span className="figures text-sm">
        <Usd usd={budget.spent_usd} /> <span className="text-soft">({percent} %)</span>
      </span>
      <svg
        aria-hidden
        viewBox="0 0 100 4"
        preserveAspectRatio="none"
        className="mt-1 block h-1.5 w-full rounded-full bg-code"
      >
        <rect width={bar} height="4" className={cx(percent >= 100 ? "fill-bad" : "fill-act")} />
      </svg>
      {budget.held_usd !== "0" && Number(budget.held_usd) !== 0 && (
        <span className="mt-0.5 block text-soft text-xs">{t("budgetHeld", { held: `$${budget.held_usd}` })}</span>
      )}
    </span>
  );
}
