import { Download, ExternalLink } from "lucide-react";
import { type ReactNode, useState } from "react";
import { buttonClass, Card, type Column, CopyButton, Facts, Table } from "@/ui";
import { t } from "@/words/admin-sets";
import { count } from "../chart/layout";
import { sizeWords } from "../health/amounts";
import type { Details, Input, Shard } from "./data";

const FIRST = 20;

/** The report's files, each with what it is for. */
export function ReportFiles({ details }: { details: Details }) {
  const open = details.content?.open_fields ?? 0;
  if (details.report_files.length === 0) return null;
  return (
    <Card title={t("report")} about={t("reportAbout")}>
      <ul className="flex flex-col divide-y">
        {details.report_files.map((file) => (
          <File key={file.name} {...file} />
        ))}
      </ul>
      {open > 0 && <p className="mt-3 text-sm text-soft">{t("openFields", { count: open })}</p>}
    </Card>
  );
}

type ReportFile = "index.html" | "summary.pdf" | "summary.json" | "croissant.json" | "spdx.json" | "sha256sums.txt";

function File({ name, path, bytes }: { name: string; path: string; bytes: number }) {
  const what = t(`file.${name as ReportFile}`);
  const page = name === "index.html";
  const does = page ? t("do.index.html") : t("download");
  return (
    <li className="flex items-center justify-between gap-4 py-2">
      <span className="min-w-0">
        {what}
        <span className="block text-sm text-soft">
          {name}, {sizeWords(bytes)}
        </span>
      </span>
      <a
        href={path}
        {...(page ? { target: "_blank", rel: "noreferrer" } : { download: "" })}
        aria-label={t("doOf", { does, what })}
        className={buttonClass("quiet", "small")}
      >
        {page ? <ExternalLink aria-hidden className="size-4" /> : <Download aria-hidden className="size-4" />}
        <span className="max-sm:sr-only">{does}</span>
      </a>
    </li>
  );
}

/** Rows of which the first ones are shown, and the others when asked for. */
function Long<Row>(props: {
  title: string;
  about?: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  all: number;
  rowKey(row: Row): string;
}) {
  const [many, setMany] = useState(FIRST);
  const { rows, all } = props;
  const cut = rows.length < all ? t("listed", { shown: rows.length, all }) : "";
  return (
    <Card title={props.title} about={[props.about, cut].filter(Boolean).join(" ") || undefined} flush>
      <Table
        label={props.title}
        columns={props.columns}
        rows={rows.slice(0, many)}
        rowKey={props.rowKey}
        more={many < rows.length ? () => setMany(rows.length) : undefined}
      />
    </Card>
  );
}

const INPUTS: readonly Column<Input>[] = [
  {
    id: "file",
    title: t("input"),
    cell: (one) => (
      <>
        {one.name}
        <Hash value={one.sha256} of={one.name} />
      </>
    ),
  },
  { id: "format", title: t("format"), cell: (one) => one.format },
  { id: "documents", title: t("documents"), right: true, cell: (one) => count.format(one.documents) },
  { id: "size", title: t("size"), right: true, cell: (one) => sizeWords(one.bytes) },
  {
    id: "licence",
    title: t("licence"),
    cell: (one) => one.licence ?? <span className="text-soft">{t("unknown")}</span>,
  },
];

export function Inputs({ details }: { details: Details }) {
  return (
    <Long
      title={t("inputs")}
      columns={INPUTS}
      rows={details.inputs}
      all={details.input_count}
      rowKey={(one) => `${one.name} ${one.sha256}`}
    />
  );
}

const SHARDS: readonly Column<Shard>[] = [
  { id: "shard", title: t("shard"), cell: (one) => one.name },
  { id: "documents", title: t("documents"), right: true, cell: (one) => count.format(one.documents) },
  { id: "tokens", title: t("tokens"), right: true, cell: (one) => count.format(one.tokens) },
  {
    id: "files",
    title: t("files"),
    cell: (one) => (
      <ul className="flex flex-col gap-1.5">
        {one.files.map((file) => (
          <li key={file.name}>
            {file.name.replace("shards/", "")} <span className="text-sm text-soft">{sizeWords(file.bytes)}</span>
            <Hash value={file.sha256} of={file.name} />
          </li>
        ))}
      </ul>
    ),
  },
];

export function Shards({ details }: { details: Details }) {
  const state = t(`shardFiles.${details.shard_files}`);
  return (
    <Long
      title={t("shards")}
      about={t("shardsAbout", { state: state.charAt(0).toUpperCase() + state.slice(1) })}
      columns={SHARDS}
      rows={details.shards}
      all={details.shard_count}
      rowKey={(one) => one.name}
    />
  );
}

/** A hash in short, with the whole of it to copy. */
function Hash({ value, of }: { value: string; of: string }) {
  return (
    <span className="flex items-center gap-1 text-sm text-soft max-sm:justify-end">
      <code className="font-mono whitespace-nowrap" title={value}>
        {value.slice(0, 12)}…
      </code>
      <CopyButton text={value} label={t("sha", { name: of })} />
    </span>
  );
}

function Whole({ value, why }: { value: string; why?: ReactNode }) {
  return (
    <span className="block">
      <code className="font-mono text-sm wrap-anywhere">{value}</code>
      {why && <span className="block text-sm text-soft">{why}</span>}
    </span>
  );
}

/** What is committed to, by whom, and what the set was made with. */
export function Roots({ details }: { details: Details }) {
  const { roots } = details;
  const facts: { term: string; is: ReactNode }[] = [
    {
      term: t("textsRoot"),
      is: <Whole value={roots.documents.root} why={t("leaves", { count: roots.documents.size })} />,
    },
  ];
  if (roots.bands)
    facts.push({
      term: t("bandsRoot"),
      is: <Whole value={roots.bands.root} why={t("leaves", { count: roots.bands.size })} />,
    });
  if (roots.why) facts.push({ term: t("signed"), is: t("brokenWhy", { why: roots.why }) });
  if (roots.key) facts.push({ term: t("key"), is: <Whole value={roots.key} why={t("keyWhy")} /> });
  if (roots.sha256)
    facts.push({
      term: t("line"),
      is: <Whole value={roots.sha256} why={t("lineWhy", { number: roots.number ?? 0 })} />,
    });
  facts.push({ term: t("manifest"), is: <Whole value={details.manifest_sha256} /> });
  facts.push({ term: t("fingerprint"), is: <Whole value={details.fingerprint} /> });
  const versions = Object.entries(details.versions).map(([name, version]) => `${name} ${version}`);
  facts.push({ term: t("versions"), is: <span className="text-sm">{versions.join(", ")}</span> });
  return (
    <Card title={t("roots")} about={t("rootsAbout")}>
      <Facts facts={facts} />
    </Card>
  );
}
