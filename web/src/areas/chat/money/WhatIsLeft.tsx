/** Everything that one's questions count against: awards and budgets, what each has left, and when it begins anew. */
import type { AwardLeft, Standing } from "@/api/schema";
import { Button, moneyWords, useClose } from "@/ui";
import { agoWords } from "@/ui/time";
import { t } from "@/words/chat";
import { type Budget, nanoOf, usedPercent } from "./funds";

type Props = { standing: Standing; now: number; onAsk: () => void };

export default function WhatIsLeft({ standing, now, onAsk }: Props) {
  const close = useClose();
  const asks = standing.budgets.some((one) => one.hard);
  return (
    <div className="p-4">
      <h2 className="text-base">{t("money.whatIsLeft")}</h2>
      <p className="mt-1 text-sm text-soft">{t("money.budgets")}</p>
      <ul className="mt-3 flex flex-col gap-4">
        {standing.awards.map((award) => (
          <AwardLine key={award.id} award={award} now={now} />
        ))}
        {standing.budgets.map((budget) => (
          <BudgetLine key={budget.id} budget={budget} now={now} />
        ))}
      </ul>
      {asks && (
        <Button
          size="small"
          className="mt-4 w-full"
          onClick={() => {
            close();
            onAsk();
          }}
        >
          {t("money.askMore")}
        </Button>
      )}
    </div>
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
