/** The card that stands where an answer would, once a budget is used up. */
import { useQuery } from "@tanstack/react-query";
import { Button, useNow } from "@/ui";
import { agoWords } from "@/ui/time";
import { t } from "@/words/chat";
import { standingQuery } from "./api";
import { tightest } from "./funds";

type Props = { projectId: string | null; model: string | null; words: string; onAsk: () => void };

export function UsedUp({ projectId, model, words, onAsk }: Props) {
  const { data } = useQuery(standingQuery(projectId));
  const now = useNow();
  const budget = tightest(data?.budgets ?? [], model);
  return (
    <section role="alert" className="mb-3 rounded-lg border border-bad/40 bg-bad-ground px-4 py-3">
      <h2 className="text-base text-bad">{t("money.used")}</h2>
      <p className="mt-1 text-[0.9375rem] wrap-anywhere">{words}</p>
      <p className="mt-1 text-[0.9375rem]">
        {budget?.resets_at ? t("money.usedResets", { when: agoWords(budget.resets_at, now) }) : t("money.usedNever")}
      </p>
      {budget && (
        <Button size="small" look="main" className="mt-3" onClick={onAsk}>
          {t("money.askMore")}
        </Button>
      )}
    </section>
  );
}
