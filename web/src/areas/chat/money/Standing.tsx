/** What is left and when it begins anew, always in sight under the composer; all that counts is one press away. */
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { moneyWords, Popover, Skeleton, useNow } from "@/ui";
import { agoWords } from "@/ui/time";
import { t } from "@/words/chat";
import { standingQuery } from "./api";
import { leftOf, tightest, usedPercent } from "./funds";

const WhatIsLeft = lazy(() => import("./WhatIsLeft"));

type Props = { projectId: string | null; model: string | null; onAsk: () => void };

export function Standing({ projectId, model, onAsk }: Props) {
  const { data } = useQuery(standingQuery(projectId));
  const now = useNow();
  const left = data && leftOf(data, model);
  if (!left) return null;
  const least = tightest(data.budgets, model);
  const low = left.nanousd === 0 || (least !== null && usedPercent(least) >= 90);
  const amount = left.nanousd === null ? t("money.tokens", { count: left.tokens ?? 0 }) : moneyWords(left.nanousd);
  const resets = left.resets_at === null ? "" : ` · ${t("money.resets", { when: agoWords(left.resets_at, now) })}`;
  return (
    <Popover
      label={t("money.whatIsLeft")}
      align="end"
      side="top"
      className="w-[min(24rem,calc(100vw-1rem))]"
      trigger={
        <button
          type="button"
          className={`figures flex min-h-11 items-center rounded px-2 hover:bg-code hover:text-ink sm:min-h-7 ${low ? "text-bad" : ""}`}
        >
          {t("money.left", { amount })}
          {resets}
        </button>
      }
    >
      <Suspense fallback={<Skeleton className="m-4 h-24" />}>
        <WhatIsLeft standing={data} now={now} onAsk={onAsk} />
      </Suspense>
    </Popover>
  );
}
