import { Link } from "@tanstack/react-router";
import { LibraryBig } from "lucide-react";
import { api } from "@/api/client";
import { usePages } from "@/api/pages";
import { Badge, Card, type Column, Empty, Page, Table, Tokens, When } from "@/ui";
import { t } from "@/words/admin-sets";
import { count } from "../chart/layout";
import { GOOD, type Listed } from "./data";
import { Lines } from "./lines";

const PAGE = 50;

/** The training sets that the configuration names. */
export function TrainingSets() {
  const found = usePages<Listed>(["training-sets"], (after, signal) =>
    api.get("/v1/tokenry/training_sets", { query: { after: after ?? null, limit: PAGE }, signal }),
  );
  return (
    <Page title={t("title")} about={t("about")}>
      <Card flush>
        <Table label={t("title")} columns={COLUMNS} rowKey={(one) => one.id} empty={<None />} {...found} />
      </Card>
    </Page>
  );
}

const COLUMNS: readonly Column<Listed>[] = [
  { id: "name", title: t("name"), cell: (one) => <Name one={one} /> },
  { id: "documents", title: t("documents"), right: true, cell: (one) => <Documents one={one} /> },
  {
    id: "tokens",
    title: t("tokens"),
    right: true,
    cell: (one) => (one.tokens === null ? "–" : <Tokens count={one.tokens} brief />),
  },
  {
    id: "shards",
    title: t("shards"),
    right: true,
    cell: (one) => (one.shards === null ? "–" : count.format(one.shards)),
  },
  { id: "papers", title: t("papers"), cell: (one) => <Papers one={one} /> },
  {
    id: "finished",
    title: t("finished"),
    cell: (one) => (one.finished_at === null ? "–" : <When at={one.finished_at} as="day" />),
  },
];

function Name({ one }: { one: Listed }) {
  return (
    <>
      <Link to="/admin/training-sets/$id" params={{ id: one.id }} className="link">
        {one.name}
      </Link>
      {one.preset && <span className="block text-sm text-soft">{one.preset}</span>}
    </>
  );
}

function Documents({ one }: { one: Listed }) {
  if (one.documents_kept === null || one.documents_read === null) return "–";
  return (
    <>
      {count.format(one.documents_kept)}
      <span className="block text-sm text-soft">{t("ofRead", { read: one.documents_read })}</span>
    </>
  );
}

function Papers({ one }: { one: Listed }) {
  if (one.state !== "finished") return <Badge tone={one.state === "unreadable" ? "bad" : "act"}>{t(one.state)}</Badge>;
  return (
    <span className="inline-flex flex-wrap gap-1 max-sm:justify-end">
      {one.signature && <Badge tone={GOOD[one.signature] ?? "plain"}>{t(`signature.${one.signature}`)}</Badge>}
      {one.report && <Badge tone={GOOD[one.report] ?? "plain"}>{t(`report.${one.report}`)}</Badge>}
    </span>
  );
}

function None() {
  const [before, after] = t("noneThen", { reload: "\n" }).split("\n");
  return (
    <Empty icon={<LibraryBig aria-hidden />} title={t("none")}>
      <p>{t("noneWhy")}</p>
      <Lines text={t("build")} />
      <Lines text={t("configure")} />
      <p>
        {before}
        <code className="font-mono text-sm">{t("reload")}</code>
        {after}
      </p>
    </Empty>
  );
}
