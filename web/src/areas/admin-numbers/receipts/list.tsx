import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ReceiptText } from "lucide-react";
import { useMemo } from "react";
import { Badge, Card, type Column, dayWords, Empty, Money, Page, Table, Tokens, When } from "@/ui";
import { t } from "@/words/admin-numbers";
import { spanWords } from "../chart/layout";
import type { Scope } from "../dashboard/data";
import { Export } from "../exporting";
import { type Request, useRequests } from "./data";
import { Filters } from "./filters";
import { countOf, type Sought, type State, soughtOf } from "./sought";

const EXPORTED = 500; // the newest requests that fit, in one file

/** Every request that one may see, one by one. */
export function Receipts() {
  const said = useSearch({ from: "/admin/receipts" });
  const sought = useMemo(() => soughtOf(said), [said]);
  const navigate = useNavigate({ from: "/admin/receipts" });
  return <Listed scope="all" sought={sought} onChange={(next) => void navigate({ search: next, replace: true })} />;
}

/** One's own. */
export function MyReceipts() {
  const said = useSearch({ from: "/me/receipts" });
  const sought = useMemo(() => soughtOf(said), [said]);
  const navigate = useNavigate({ from: "/me/receipts" });
  return <Listed scope="mine" sought={sought} onChange={(next) => void navigate({ search: next, replace: true })} />;
}

interface ListedProps {
  scope: Scope;
  sought: Sought;
  onChange(sought: Sought): void;
}

function Listed({ scope, sought, onChange }: ListedProps) {
  const { found, query, rows, detailSince } = useRequests(scope, sought);
  const models = useMemo(() => [...new Set((rows ?? []).map((one) => one.model))].sort(), [rows]);
  const columns = useMemo(() => columnsOf(scope), [scope]);
  return (
    <Page
      title={scope === "all" ? t("receipts") : t("receiptsMine")}
      about={scope === "all" ? t("receiptsAbout") : t("receiptsMineAbout")}
      actions={<Export path="/v1/tokenry/requests" query={{ ...query, limit: EXPORTED }} name="requests" />}
    >
      <Filters scope={scope} sought={sought} onChange={onChange} models={models} />
      <Card flush>
        <Table
          label={t("receipts")}
          columns={columns}
          rows={rows}
          rowKey={(one) => one.id}
          loading={found.isPending}
          error={found.error}
          again={() => void found.refetch()}
          more={found.hasNextPage ? () => void found.fetchNextPage() : undefined}
          loadingMore={found.isFetchingNextPage}
          empty={<Nothing sought={sought} more={found.hasNextPage} />}
        />
      </Card>
      {detailSince !== null && <p className="text-sm text-soft">{t("detailSince", { day: dayWords(detailSince) })}</p>}
    </Page>
  );
}

function Nothing({ sought, more }: { sought: Sought; more: boolean }) {
  const narrowed = countOf(sought) > 0 || more;
  return (
    <Empty icon={<ReceiptText aria-hidden />} title={narrowed ? t("receiptsNoFit") : t("receiptsNone")}>
      {narrowed ? t("receiptsNoFitWhy") : t("receiptsNoneWhy")}
    </Empty>
  );
}

const TONES: Partial<Record<State, "good" | "bad" | "act" | "plain">> = {
  completed: "good",
  running: "act",
  engine_failed: "bad",
  crash: "bad",
  unavailable: "bad",
  refused: "bad",
};

function columnsOf(scope: Scope): Column<Request>[] {
  const who: Column<Request> = {
    id: "who",
    title: t("who"),
    cell: (one) => (
      <>
        {one.user_name ?? one.api_key_name ?? one.user_id ?? one.api_key_id}
        <span className="block text-sm text-soft">{one.project_name ?? one.project_id}</span>
      </>
    ),
  };
  const project: Column<Request> = {
    id: "project",
    title: t("project"),
    cell: (one) => (
      <>
        {one.project_name ?? one.project_id}
        <span className="block text-sm text-soft">{one.api_key_name ?? one.api_key_id}</span>
      </>
    ),
  };
  return [
    { id: "at", title: t("ended"), cell: (one) => <Ended one={one} scope={scope} /> },
    scope === "all" ? who : project,
    {
      id: "model",
      title: t("model"),
      cell: (one) => (
        <>
          {one.model}
          <span className="block text-sm text-soft">{breakable(one.endpoint)}</span>
        </>
      ),
    },
    {
      id: "state",
      title: t("state"),
      cell: (one) => <Badge tone={TONES[one.state] ?? "plain"}>{t(`state.${one.state}`)}</Badge>,
    },
    {
      id: "tokens",
      title: t("inOut"),
      right: true,
      cell: (one) =>
        one.state === "running" ? (
          "–"
        ) : (
          <>
            <Tokens count={one.input_tokens} brief /> + <Tokens count={one.output_tokens} brief />
          </>
        ),
    },
    {
      id: "took",
      title: t("took"),
      right: true,
      cell: (one) => <span className="whitespace-nowrap">{spanWords(one.duration_ms)}</span>,
    },
    { id: "cost", title: t("cost"), right: true, cell: (one) => <Paid one={one} /> },
  ];
}

/** Where a name of several parts may be broken: before its points. */
const breakable = (name: string) => name.replaceAll(".", "\u200b.");

function Ended({ one, scope }: { one: Request; scope: Scope }) {
  if (one.state === "running") return <When at={one.at} />;
  return (
    <Link to={scope === "all" ? "/admin/receipts/$id" : "/me/receipts/$id"} params={{ id: one.id }} className="link">
      <When at={one.at} as="moment" />
    </Link>
  );
}

function Paid({ one }: { one: Request }) {
  if (one.state === "running") return "–";
  if (one.charge_tokens > 0 && one.charge_nanousd === 0) return t("byTokens", { count: one.charge_tokens });
  return (
    <>
      <Money nanousd={one.charge_nanousd} />
      {one.estimated && <span className="block text-sm text-soft">{t("estimatedMark")}</span>}
    </>
  );
}
