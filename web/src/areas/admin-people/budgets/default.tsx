import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "@/api/client";
import { useMay } from "@/api/hooks";
import { useAct, usePages } from "@/api/pages";
import {
  Button,
  Card,
  type Column,
  ErrorNote,
  Facts,
  Field,
  Input,
  Page,
  Select,
  Skeleton,
  Table,
  Usd,
  usdText,
} from "@/ui";
import { t } from "@/words/people";
import { GroupSelect, PersonSelect } from "../choices";
import { BUDGETS, type Budget } from "../lists";
import { Meter } from "./meter";
import { isDefault, sourceWords, WINDOW_WORDS, whoseWords } from "./words";

const COLUMNS: readonly Column<Budget>[] = [
  { id: "name", title: t("name"), cell: (one) => one.scope_name ?? one.scope_id, sort: (one) => one.scope_name },
  {
    id: "limit",
    title: t("budgetLimit"),
    right: true,
    cell: (one) => <Usd usd={one.limit_usd} />,
    sort: (one) => Number(one.limit_usd),
  },
  {
    id: "source",
    title: t("budgetSource"),
    cell: (one) => sourceWords(one.source),
    sort: (one) => sourceWords(one.source),
  },
  { id: "spent", title: t("budgetSpent"), cell: (one) => <Meter budget={one} />, sort: (one) => Number(one.spent_usd) },
];

/** A default, and what each member has of it. */
export function DefaultPage() {
  const { id } = useParams({ from: "/admin/budgets/$id" });
  const mayWrite = useMay("limits.write");
  const path = { budget_id: id };
  const budget = useQuery({
    queryKey: [...BUDGETS, id],
    queryFn: ({ signal }) => api.get("/v1/tokenry/budgets/{budget_id}", { path, signal }),
  });
  const whole = budget.data !== undefined && isDefault(budget.data);
  const found = usePages<Budget>(
    [...BUDGETS, id, "members"],
    (after, signal) =>
      api.get("/v1/tokenry/budgets/{budget_id}/members", { path, query: { after, limit: 100 }, signal }),
    whole,
  );
  return (
    <Page
      title={budget.data && !whole ? whoseWords(budget.data) : t("budgetForEveryone")}
      about={whole ? t("budgetValuesAbout") : undefined}
    >
      {budget.error && <ErrorNote error={budget.error} />}
      <Card>
        {budget.data ? (
          <Facts
            facts={[
              { term: t("budgetLimit"), is: <Usd usd={budget.data.limit_usd} /> },
              { term: t("budgetWindow"), is: WINDOW_WORDS[budget.data.window] },
              { term: t("model"), is: budget.data.model ?? t("budgetAll") },
              ...(whole ? [] : [{ term: t("budgetSpent"), is: <Meter budget={budget.data} /> }]),
            ]}
          />
        ) : (
          <Skeleton className="h-16" />
        )}
      </Card>
      {mayWrite && whole && <Value id={id} />}
      {whole && (
        <Card flush title={t("budgetValues")}>
          <Table
            label={t("budgetValues")}
            columns={COLUMNS}
            rowKey={(one) => one.id}
            sorted={{ id: "name", down: false }}
            {...found}
          />
        </Card>
      )}
    </Page>
  );
}

/** What one member, or each of a group, has of the default. */
function Value({ id }: { id: string }) {
  const [kind, setKind] = useState<"user" | "group">("user");
  const [who, setWho] = useState("");
  const [limit, setLimit] = useState("");
  const usd = limit.trim() === "" ? null : usdText(limit);
  const wrong = limit.trim() !== "" && usd === null;
  const set = useAct(
    () =>
      api.post("/v1/tokenry/budgets/{budget_id}/values", {
        path: { budget_id: id },
        body: { [kind === "user" ? "user_id" : "group_id"]: who, limit_usd: usd },
      }),
    { stale: [BUDGETS], shows: true, said: () => t("budgetValueDone"), next: () => setWho("") },
  );
  return (
    <Card title={t("budgetValueSet")}>
      <form
        className="grid items-start gap-4 sm:grid-cols-[auto_1fr_auto]"
        onSubmit={(event) => {
          event.preventDefault();
          if (who && !wrong) set.mutate();
        }}
      >
        <Field label={t("budgetValueWhose")}>
          <Select
            value={kind}
            onChange={(event) => {
              setKind(event.target.value as "user" | "group");
              setWho("");
            }}
          >
            <option value="user">{t("budgetForUser")}</option>
            <option value="group">{t("group")}</option>
          </Select>
        </Field>
        <Field label={t("name")}>
          {kind === "user" ? (
            <PersonSelect value={who} onChange={setWho} />
          ) : (
            <GroupSelect value={who} onChange={setWho} />
          )}
        </Field>
        <Field label={t("budgetLimit")} error={wrong && t("budgetLimitWrong")}>
          <Input
            inputMode="decimal"
            placeholder={t("budgetValueAsElse")}
            value={limit}
            onChange={(event) => setLimit(event.target.value)}
          />
        </Field>
        <div className="sm:col-span-3">
          <Button type="submit" busy={set.isPending} disabled={!who}>
            {t("save")}
          </Button>
        </div>
      </form>
      {set.error && <ErrorNote error={set.error} className="mt-4" />}
    </Card>
  );
}
