import { useState } from "react";
import { api } from "@/api/client";
import { useAct } from "@/api/pages";
import { Button, Dialog, ErrorNote, Field, Input, usdText } from "@/ui";
import { t } from "@/words/people";
import { BUDGETS, type Budget, type Project } from "../lists";
import { thresholdsOf, whoseWords } from "./words";

/** Another limit, other thresholds; a closed budget is opened again by it. */
export function ChangeBudget({ budget, project, onClose }: { budget: Budget; project?: Project; onClose(): void }) {
  const [limit, setLimit] = useState(budget.limit_usd);
  const [thresholds, setThresholds] = useState(budget.thresholds.join(", "));
  const usd = usdText(limit);
  const percents = thresholdsOf(thresholds);
  const change = useAct(
    () => {
      const state = budget.state === "closed" ? ("open" as const) : null;
      const body = { limit_usd: usd, thresholds: percents, state };
      return project
        ? api.post("/v1/tokenry/projects/{project_id}/budgets/{budget_id}", {
            path: { project_id: project.id, budget_id: budget.id },
            body,
          })
        : api.post("/v1/tokenry/budgets/{budget_id}", { path: { budget_id: budget.id }, body });
    },
    { stale: [BUDGETS], shows: true, said: () => t("saved"), next: onClose },
  );
  return (
    <Dialog
      open
      onClose={onClose}
      title={whoseWords(budget)}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="main" type="submit" form="change-budget" busy={change.isPending}>
            {budget.state === "closed" ? t("budgetReopen") : t("save")}
          </Button>
        </>
      }
    >
      <form
        id="change-budget"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (usd !== null && percents !== null) change.mutate();
        }}
      >
        <Field label={t("budgetLimit")} hint={t("budgetLimitHint")} error={usd === null && t("budgetLimitWrong")}>
          <Input inputMode="decimal" required value={limit} onChange={(event) => setLimit(event.target.value)} />
        </Field>
        <Field
          label={t("budgetThresholds")}
          hint={t("budgetThresholdsHint")}
          error={percents === null && t("budgetThresholdsWrong")}
        >
          <Input inputMode="numeric" value={thresholds} onChange={(event) => setThresholds(event.target.value)} />
        </Field>
        {change.error && <ErrorNote error={change.error} />}
      </form>
    </Dialog>
  );
}
