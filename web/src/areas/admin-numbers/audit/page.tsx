import { useNavigate, useSearch } from "@tanstack/react-router";
import { BookOpenCheck } from "lucide-react";
import { useMemo, useState } from "react";
import { api, type Gives } from "@/api/client";
import { usePages } from "@/api/pages";
import { Card, type Column, Empty, Page, Table, When } from "@/ui";
import { t } from "@/words/admin-audit";
import { dayIn } from "../dashboard/asked";
import { useZone } from "../dashboard/data";
import { Export } from "../exporting";
import { useNames } from "../names";
import { Chain } from "./chain";
import { Filters } from "./filters";
import { auditQuery, type Looked, lookedFor, typeWords } from "./looked";
import { RowDialog } from "./row";

export type Row = Gives<"GET", "/v1/tokenry/audit_log">["data"][number];

const PAGE = 50;
const EXPORTED = 1000; // the newest rows that fit, in one file

/** Everything that was done, searched. */
export function Audit() {
  const said = useSearch({ from: "/admin/audit" });
  const looked = useMemo(() => lookedFor(said), [said]);
  const navigate = useNavigate({ from: "/admin/audit" });
  const [shown, setShown] = useState<Row | null>(null);
  const zone = useZone();
  const names = useNames();
  const query = useMemo(() => auditQuery(looked, dayIn(zone)), [looked, zone]);
  const found = usePages<Row>(["audit", query], (after, signal) =>
    api.get("/v1/tokenry/audit_log", { query: { ...query, after: after ?? null, limit: PAGE }, signal }),
  );
  const columns = useMemo(() => columnsOf(names, setShown), [names]);
  const narrowed = Object.values(looked).some((one) => one !== undefined);
  return (
    <Page
      title={t("title")}
      about={t("about")}
      actions={<Export path="/v1/tokenry/audit_log" query={{ ...query, limit: EXPORTED }} name="audit-log" />}
    >
      <Chain />
      <Filters looked={looked} onChange={(next: Looked) => void navigate({ search: next, replace: true })} />
      <Card flush>
        <Table
          label={t("title")}
          columns={columns}
          rowKey={(one) => one.id}
          empty={
            <Empty icon={<BookOpenCheck aria-hidden />} title={narrowed ? t("noFit") : t("none")}>
              {narrowed ? t("noFitWhy") : t("noneWhy")}
            </Empty>
          }
          {...found}
        />
      </Card>
      <RowDialog row={shown} names={names} onClose={() => setShown(null)} />
    </Page>
  );
}

function columnsOf(names: Readonly<Record<string, string>>, onShow: (row: Row) => void): Column<Row>[] {
  return [
    { id: "when", title: t("when"), cell: (one) => <When at={one.at} as="moment" /> },
    {
      id: "did",
      title: t("did"),
      cell: (one) => (
        <button
          type="button"
          className="link text-left"
          aria-label={`${typeWords(one.type)}. ${t("show", { number: one.number })}`}
          onClick={() => onShow(one)}
        >
          {typeWords(one.type)}
        </button>
      ),
    },
    { id: "who", title: t("who"), cell: (one) => <Who row={one} /> },
    { id: "on", title: t("on"), cell: (one) => onWhat(one, names) },
  ];
}

/** Who it was, and how they came in. */
export function Who({ row }: { row: Row }) {
  const how = WAYS[row.actor_type];
  return (
    <>
      {row.actor_name ?? (row.actor_type === "local" ? t("actor.local") : row.actor_id)}
      {how && row.actor_type !== "local" && <span className="block text-sm text-soft">{how}</span>}
    </>
  );
}

const WAYS: Readonly<Record<string, string>> = {
  session: t("actor.session"),
  admin_key: t("actor.admin_key"),
  api_key: t("actor.api_key"),
  local: t("actor.local"),
};

function onWhat(row: Row, names: Readonly<Record<string, string>>) {
  const thing = row.resource_id;
  return (
    <>
      {thing === null ? "–" : (names[thing] ?? <code className="font-mono text-sm">{thing}</code>)}
      {row.project_id !== null && row.project_id !== thing && (
        <span className="block text-sm text-soft">{row.project_name ?? row.project_id}</span>
      )}
    </>
  );
}
