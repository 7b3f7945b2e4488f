/** What is left and when it begins anew, always in sight under the composer; all that counts is one press away. */
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useRef, useState } from "react";
import { useNow } from "@/ui/amounts";
import { moneyWords } from "@/ui/money";
import { agoWords } from "@/ui/time";
import { t } from "@/words/chat";
import { standingQuery } from "./api";
import { leftOf, tightest, usedPercent } from "./funds";

const StandingPanel = lazy(() => import("./StandingPanel"));

type Props = { projectId: string | null; model: string | null; onAsk: () => void };

export function Standing({ projectId, model, onAsk }: Props) {
  const { data } = useQuery(standingQuery(projectId));
  const now = useNow();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const left = data && leftOf(data, model);
  if (!left) return null;
  const least = tightest(data.budgets, model);
  const low = left.nanousd === 0 || (least !== null && usedPercent(least) >= 90);
  const amount = left.nanousd === null ? t("money.tokens", { count: left.tokens ?? 0 }) : moneyWords(left.nanousd);
  const resets = left.resets_at === null ? "" : ` · ${t("money.resets", { when: agoWords(left.resets_at, now) })}`;
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className={`figures flex min-h-11 items-center rounded px-2 hover:bg-code hover:text-ink sm:min-h-7 ${low ? "text-bad" : ""}`}
      >
        {t("money.left", { amount })}
        {resets}
      </button>
      {open && (
        <Suspense fallback={null}>
          <StandingPanel anchor={button} onClose={() => setOpen(false)} standing={data} now={now} onAsk={onAsk} />
        </Suspense>
      )}
    </>
  );
}
