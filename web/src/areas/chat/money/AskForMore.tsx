/** Asking for a higher limit: which budget, how much, and what for. */
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button, Dialog, ErrorNote, Field, Input, moneyOf, moneyWords, Select, TextArea, toast, useNow } from "@/ui";
import { agoWords } from "@/ui/time";
import { t } from "@/words/chat";
import { askedQuery, askForMore, standingQuery } from "./api";
import { type Budget, nanoOf, tightest } from "./funds";

type Props = { onClose: () => void; projectId: string | null; model: string | null };

export default function AskForMore({ onClose, projectId, model }: Props) {
  return (
    <Dialog open onClose={onClose} title={t("money.askMore")}>
      <Body projectId={projectId} model={model} onClose={onClose} />
    </Dialog>
  );
}

function Body({ projectId, model, onClose }: Props) {
  const budgets = useQuery(standingQuery(projectId));
  const asked = useQuery(askedQuery());
  const now = useNow();
  if (budgets.error) return <ErrorNote error={budgets.error} again={() => void budgets.refetch()} />;
  const hard = (budgets.data?.budgets ?? []).filter((one) => one.hard && one.state === "open");
  return (
    <div className="flex flex-col gap-4">
      {asked.data?.data.map((one) => (
        <p key={one.id} className="rounded bg-code px-4 py-3 text-[0.9375rem]">
          {t("money.asked", { amount: moneyWords(nanoOf(one.asked_usd)), when: agoWords(one.created_at, now) })}
        </p>
      ))}
      {hard.length > 0 && <Form budgets={hard} model={model} onClose={onClose} />}
    </div>
  );
}

function Form({ budgets, model, onClose }: { budgets: readonly Budget[]; model: string | null; onClose: () => void }) {
  const [chosen, setChosen] = useState(() => tightest(budgets, model)?.id ?? budgets[0]?.id ?? "");
  const [amount, setAmount] = useState("");
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const budget = budgets.find((one) => one.id === chosen);
  const limit = budget ? nanoOf(budget.limit_usd) : 0;
  const nano = moneyOf(amount);
  const amountIsWrong = nano === null || nano <= limit;
  const reasonIsMissing = reason.trim() === "";

  async function ask(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (!budget || nano === null || amountIsWrong || reasonIsMissing) return;
    setBusy(true);
    setError(null);
    try {
      await askForMore({ budget_id: budget.id, limit_usd: dollars(nano), reason: reason.trim() });
      toast.done(t("money.sent"));
      onClose();
    } catch (refused) {
      setError(refused);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form onSubmit={ask} className="flex flex-col gap-4">
      {budgets.length > 1 && (
        <Field label={t("money.whichBudget")}>
          <Select value={chosen} onChange={(event) => setChosen(event.target.value)}>
            {budgets.map((one) => (
              <option key={one.id} value={one.id}>
                {[
                  one.scope_name ?? one.scope,
                  one.model,
                  t("money.leftOf", {
                    left: moneyWords(nanoOf(one.left_usd)),
                    limit: moneyWords(nanoOf(one.limit_usd)),
                  }),
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </option>
            ))}
          </Select>
        </Field>
      )}
      <Field
        label={t("money.newLimit")}
        hint={t("money.newLimitHint", { limit: moneyWords(limit) })}
        error={tried && amountIsWrong ? t("money.wrongAmount", { limit: moneyWords(limit) }) : undefined}
      >
        <Input
          inputMode="decimal"
          autoComplete="off"
          value={amount}
          onChange={(event) => setAmount(event.target.value)}
        />
      </Field>
      <Field
        label={t("money.why")}
        hint={t("money.whyHint")}
        error={tried && reasonIsMissing ? t("money.whyMissing") : undefined}
      >
        <TextArea maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} />
      </Field>
      {error !== null && <ErrorNote error={error} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t("message.cancel")}</Button>
        <Button look="main" type="submit" busy={busy}>
          {t("money.send")}
        </Button>
      </div>
    </form>
  );
}

/** Exact dollars for the API. */
function dollars(nanousd: number): string {
  const whole = BigInt(nanousd);
  return `${whole / 1_000_000_000n}.${(whole % 1_000_000_000n).toString().padStart(9, "0")}`;
}
