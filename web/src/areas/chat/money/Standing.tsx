/** What is left and when it begins anew, always in sight under the composer; all that counts is one click away. */
import { useQuery } from "@tanstack/react-query";
import { Popover } from "radix-ui";
import type { AwardLeft } from "@/api/schema";
import { Button, moneyWords, useNow } from "@/ui";
import { agoWords } from "@/ui/time";
import { t } from "@/words/chat";
import { standingQuery } from "./api";
import { type Budget, leftOf, nanoOf, tightest, usedPercent } from "./funds";

type Props = { projectId: string | null; model: string | null; onAsk: () => void };

export function Standing({ projectId, model, onAsk }: Props) {
  const { data } = useQuery(standingQuery(projectId));
  const now = useNow();
  if (!data) return null;
  const least = tightest(data.budgets, model);
  const left = leftOf(data, model);
  if (!left) return null;
  const low = left.nanousd === 0 || (least !== null && usedPercent(least) >= 90);
  const amount = left.nanousd === null ? t("money.tokens", { count: left.tokens ?? 0 }) : moneyWords(left.nanousd);
  const resets = left.resets_at === null ? "" : ` · ${t("money.resets", { when: agoWords(left.resets_at, now) })}`;
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <button
          type="button"
          className={`figures flex min-h-11 items-center rounded px-2 hover:bg-code hover:text-ink sm:min-h-7 ${low ? "text-bad" : ""}`}
        >
          {t("money.left", { amount })}
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
          className="z-50 max-h-(--radix-popover-content-available-height) w-[min(24rem,calc(100vw-1rem))] overflow-y-auto rounded-lg border bg-raised p-4 text-ink animate-rise"
        >
          <h2 className="text-base">{t("money.whatIsLeft")}</h2>
          <p className="mt-1 text-sm text-soft">{t("money.budgets")}</p>
          <ul className="mt-3 flex flex-col gap-4">
            {data.awards.map((award) => (
              <AwardLine key={award.id} award={award} now={now} />
            ))}
            {data.budgets.map((budget) => (
              <BudgetLine key={budget.id} budget={budget} now={now} />
            ))}
          </ul>
          {data.budgets.some((one) => one.hard) && (
            <Popover.Close asChild>
              <Button size="small" className="mt-4 w-full" onClick={onAsk}>
                {t("money.askMore")}
              </Button>
            </Popover.Close>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function AwardLine({ award, now }: { award: AwardLeft; now: number }) {
  const left =
    award.left_nanousd === null ? t("money.tokens", { count: award.left_tokens ?? 0 }) : moneyWords(award.left_nanousd);
  return (
    <li>
      <p className="figures text-[0.9375rem] font-medium">{t("money.left", { amount: left })}</p>
      <p className="text-sm text-soft">
        {t("money.award", { name: award.name })}
        {award.ends_at !== null && ` · ${t("money.ends", { when: agoWords(award.ends_at, now) })}`}
      </p>
    </li>
  );
}

function BudgetLine({ budget, now }: { budget: Budget; now: number }) {
  const percent = usedPercent(budget);
  const facts = [
    t("money.from", { source: budget.scope_name ? `${budget.source}, ${budget.scope_name}` : budget.source }),
    budget.model ? t("money.forModel", { model: budget.model }) : "",
    budget.hard ? "" : t("money.soft"),
    budget.resets_at === null ? t("money.never") : t("money.resets", { when: agoWords(budget.resets_at, now) }),
  ];
  return (
    <li>
      <p className="figures text-[0.9375rem] font-medium">
        {t("money.leftOf", { left: moneyWords(nanoOf(budget.left_usd)), limit: moneyWords(nanoOf(budget.limit_usd)) })}
      </p>
      <div aria-hidden className="my-1.5 h-1.5 overflow-hidden rounded-full bg-code">
        <div className={`h-full ${percent >= 90 ? "bg-bad" : "bg-act"}`} style={{ width: `${percent}%` }} />
      </div>
      <p className="text-sm text-soft">{facts.filter(Boolean).join(" · ")}</p>
    </li>
  );
}
