/** What is left and when it begins anew, always in sight under the composer; all budgets one click away. */
import { useQuery } from "@tanstack/react-query";
import { Popover } from "radix-ui";
import { Button, moneyWords, useNow } from "@/ui";
import { agoWords } from "@/ui/time";
import { t } from "@/words/chat";
import { budgetsQuery } from "./api";
import { type Budget, nanoOf, tightest, usedPercent } from "./funds";

export function Standing({ model, onAsk }: { model: string | null; onAsk: () => void }) {
  const { data } = useQuery(budgetsQuery());
  const now = useNow();
  const budgets = data?.data ?? [];
  const least = tightest(budgets, model);
  if (!least) return null;
  const low = usedPercent(least) >= 90;
  const left = t("money.left", { amount: moneyWords(nanoOf(least.left_usd)) });
  const resets = least.resets_at === null ? "" : ` · ${t("money.resets", { when: agoWords(least.resets_at, now) })}`;
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <button
          type="button"
          className={`figures flex min-h-11 items-center rounded px-2 text-xs hover:bg-code hover:text-ink sm:min-h-7 ${low ? "text-bad" : "text-soft"}`}
        >
          {left}
          {resets}
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          side="top"
          align="end"
          sideOffset={4}
          collisionPadding={8}
          aria-label={t("money.whatIsLeft")}
          className="z-50 max-h-(--radix-popover-content-available-height) w-[min(24rem,calc(100vw-1rem))] overflow-y-auto rounded-lg border bg-raised p-4 animate-rise"
        >
          <h2 className="text-base">{t("money.whatIsLeft")}</h2>
          <p className="mt-1 text-sm text-soft">{t("money.budgets")}</p>
          <ul className="mt-3 flex flex-col gap-4">
            {budgets.map((budget) => (
              <BudgetLine key={budget.id} budget={budget} now={now} />
            ))}
          </ul>
          <Popover.Close asChild>
            <Button size="small" className="mt-4 w-full" onClick={onAsk}>
              {t("money.askMore")}
            </Button>
          </Popover.Close>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function BudgetLine({ budget, now }: { budget: Budget; now: number }) {
  const percent = usedPercent(budget);
  const facts = [
    t("money.from", { source: budget.scope_name ? `${budget.source}, ${budget.scope_name}` : budget.source }),
    budget.model ? t("money.forModel", { model: budget.model }) : "",
    budget.hard ? "" : t("money.soft"),
  ].filter(Boolean);
  return (
    <li>
      <p className="figures text-[0.9375rem] font-medium">
        {t("money.leftOf", { left: moneyWords(nanoOf(budget.left_usd)), limit: moneyWords(nanoOf(budget.limit_usd)) })}
      </p>
      <div aria-hidden className="my-1.5 h-1.5 overflow-hidden rounded-full bg-code">
        <div className={`h-full ${percent >= 90 ? "bg-bad" : "bg-act"}`} style={{ width: `${percent}%` }} />
      </div>
      <p className="text-sm text-soft">
        {facts.join(" · ")}
        {" · "}
        {budget.resets_at === null ? t("money.never") : t("money.resets", { when: agoWords(budget.resets_at, now) })}
      </p>
    </li>
  );
}
