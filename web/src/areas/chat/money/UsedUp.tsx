/** The card that stands where an answer would, once what is left does not pay for it. */
import { useQuery } from "@tanstack/react-query";
import { Button, moneyWords, useNow } from "@/ui";
import { agoWords } from "@/ui/time";
import { t } from "@/words/chat";
import { standingQuery } from "./api";
import { leftOf, tightest } from "./funds";

type Props = {
  projectId: string | null;
  model: string | null;
  /** The server's own words. */
  words: string;
  onAsk: () => void;
};

export function UsedUp({ projectId, model, words, onAsk }: Props) {
  const { data } = useQuery(standingQuery(projectId));
  const now = useNow();
  const budget = tightest(data?.budgets ?? [], model);
  const left = data ? leftOf(data, model) : null;
  const resets = budget?.resets_at ?? null;
  return (
    <section aria-label={t("money.used")} className="rounded-lg border border-bad/40 bg-bad-ground px-4 py-3">
      <h3 className="text-base text-bad">{left?.nanousd ? t("money.short") : t("money.used")}</h3>
      <p className="mt-1 text-[0.9375rem]">
        {left?.nanousd ? `${t("money.shortWhy", { amount: moneyWords(left.nanousd) })} ` : ""}
        {resets === null ? t("money.usedNever") : t("money.usedResets", { when: agoWords(resets, now) })}
      </p>
      <details className="mt-2 text-sm">
        <summary className="cursor-pointer text-soft">{t("money.serverWords")}</summary>
        <p className="mt-1 wrap-anywhere">{words}</p>
      </details>
      {budget && (
        <Button size="small" look="main" className="mt-3" onClick={onAsk}>
          {t("money.askMore")}
        </Button>
      )}
    </section>
  );
}
