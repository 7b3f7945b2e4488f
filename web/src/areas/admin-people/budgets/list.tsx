import { Link } from "@tanstack/react-router";
import { Gauge } from "lucide-react";
import { useState } from "react";
import { api } from "@/api/client";
import { useMay } from "@/api/hooks";
import { useAct, usePages } from "@/api/pages";
import { Badge, Button, Card, Checkbox, type Column, Confirm, Empty, Table, Usd, When } from "@/ui";
import { t } from "@/words/people";
import { BUDGETS, type Budget, type Project } from "../lists";
import { useMayIn } from "../projects/mine";
import { ChangeBudget } from "./change";
import { Meter } from "./meter";
import { NewBudget } from "./new";
import { isDefault, sourceWords, WINDOW_WORDS, whoseWords } from "./words";

/** Budgets of the organization, or of one project. */
export function BudgetsOf({ project }: { project?: Project }) {
  const mayEverywhere = useMay("limits.write");
  const mayHere = useMayIn(project?.id ?? "", "limits.write");
  const mayWrite = mayEverywhere || mayHere;
  const [closed, setClosed] = useState(false);
  const [making, setMaking] = useState(false);
  const [changing, setChanging] = useState<Budget | null>(null);
  const [closing, setClosing] = useState<Budget | null>(null);
  const found = usePages<Budget>([...BUDGETS, project?.id ?? null, closed], (after, signal) => {
    const query = { after, limit: 100, include_closed: closed };
    return project
      ? api.get("/v1/tokenry/projects/{project_id}/budgets", { path: { project_id: project.id }, query, signal })
      : api.get("/v1/tokenry/budgets", { query, signal });
  });
  const close = useAct((one: Budget) => closeBudget(one, project), {
    stale: [BUDGETS],
    shows: true,
    said: () => t("budgetClosedDone"),
  });
  return (
    <Card
      flush
      title={t("budgetsInForce")}
      actions={
        mayWrite && (
          <Button size="small" look="main" onClick={() => setMaking(true)}>
            {t("budgetNew")}
          </Button>
        )
      }
    >
      <Table
        label={t("budgets")}
        columns={columnsOf(mayWrite, setChanging, setClosing)}
        rowKey={(one) => one.id}
        empty={
          <Empty icon={<Gauge aria-hidden />} title={t("budgetsNone")}>
            {t("budgetsNoneWhy")}
          </Empty>
        }
        {...found}
      />
      <div className="border-t px-4 py-2 sm:px-5">
        <Checkbox label={t("budgetShowClosed")} checked={closed} onChange={setClosed} />
      </div>
      {making && <NewBudget {...(project ? { project } : {})} onClose={() => setMaking(false)} />}
      {changing && (
        <ChangeBudget budget={changing} {...(project ? { project } : {})} onClose={() => setChanging(null)} />
      )}
      <Confirm
        open={closing !== null}
        onClose={() => setClosing(null)}
        title={t("budgetCloseAsk", { name: closing ? whoseWords(closing) : "" })}
        verb={t("budgetClose")}
        act={async () => closing && close.mutateAsync(closing)}
      >
        {t("budgetCloseWhy")}
      </Confirm>
    </Card>
  );
}

function closeBudget(one: Budget, project: Project | undefined) {
  return project
    ? api.post("/v1/tokenry/projects/{project_id}/budgets/{budget_id}/close", {
        path: { project_id: project.id, budget_id: one.id },
      })
    : api.post("/v1/tokenry/budgets/{budget_id}/close", { path: { budget_id: one.id } });
}

function columnsOf(mayWrite: boolean, change: (one: Budget) => void, close: (one: Budget) => void): Column<Budget>[] {
  return [
    { id: "whose", title: t("budgetFor"), cell: (one) => <Whose budget={one} />, sort: whoseWords },
    {
      id: "limit",
      title: t("budgetLimit"),
      sort: (one) => Number(one.limit_usd),
      cell: (one) => (
        <>
          <Usd usd={one.limit_usd} />
          <span className="block text-soft text-sm">{WINDOW_WORDS[one.window]}</span>
        </>
      ),
    },
    { id: "source", title: t("budgetSource"), cell: (one) => sourceWords(one.source) },
    { id: "spent", title: t("budgetSpent"), cell: (one) => (isDefault(one) ? "–" : <Meter budget={one} />) },
    {
      id: "resets",
      title: t("budgetResets"),
      cell: (one) => (one.resets_at === null ? "–" : <When at={one.resets_at} />),
      sort: (one) => one.resets_at,
    },
    {
      id: "acts",
      title: t("actions"),
      quiet: true,
      right: true,
      cell: (one) =>
        mayWrite && one.default === null ? (
          <span className="flex flex-wrap justify-end gap-2">
            <Button size="small" aria-label={`${t("budgetChange")}: ${whoseWords(one)}`} onClick={() => change(one)}>
              {t("budgetChange")}
            </Button>
            {one.state === "open" && (
              <Button size="small" aria-label={`${t("close")}: ${whoseWords(one)}`} onClick={() => close(one)}>
                {t("close")}
              </Button>
            )}
          </span>
        ) : null,
    },
  ];
}

function Whose({ budget }: { budget: Budget }) {
  return (
    <>
      {isDefault(budget) ? (
        <Link to="/admin/budgets/$id" params={{ id: budget.id }} className="link">
          {whoseWords(budget)}
        </Link>
      ) : (
        whoseWords(budget)
      )}
      <span className="flex flex-wrap gap-x-2 text-soft text-sm max-sm:justify-end">
        {budget.model ?? t("budgetAll")}
        {!budget.hard && <Badge>{t("budgetSoft")}</Badge>}
        {budget.state === "closed" && <Badge>{t("budgetClosed")}</Badge>}
      </span>
    </>
  );
}
