import { Link, useNavigate } from "@tanstack/react-router";
import { type Column, Money, Table, Tokens } from "@/ui";
import { t } from "@/words/admin-numbers";
import { Swatch } from "../chart/chart";
import { count, spanWords } from "../chart/layout";
import { type Asked, filterOf, type GroupBy } from "./asked";
import { type Figures, nameOf, type Picture, type Scope } from "./data";

interface Row {
  id: string;
  name: string;
  look: number;
  figures: Figures;
  /** The group's id in the address; null = it cannot be looked at alone. */
  filter: string | null;
}

/** Who or what used most. A name leads to its own dashboard, its receipts to each request. */
export function Top({ picture, by, asked, scope }: { picture: Picture; by: GroupBy; asked: Asked; scope: Scope }) {
  const navigate = useNavigate();
  const filter = filterOf(by);
  const rows: Row[] = picture.groups.map((group, at) => ({
    id: `group ${group.id}`,
    name: nameOf(group, by),
    look: at + 1,
    figures: group.figures,
    filter: filter && group.id ? group.id : null,
  }));
  if (picture.rest) {
    const name = t("others", { count: picture.rest.groups });
    rows.push({ id: "rest", name, look: 0, figures: picture.rest.figures, filter: null });
  }

  function narrow(row: Row) {
    if (!filter || row.filter === null) return;
    const search: Asked = { ...asked, [filter]: row.filter };
    void navigate({ to: scope === "all" ? "/admin/dashboard" : "/me/usage", search });
  }

  const columns: Column<Row>[] = [
    {
      id: "name",
      title: t(`by.${by}`),
      sort: (row) => row.name,
      cell: (row) => <Name row={row} onPick={() => narrow(row)} />,
    },
    ...FIGURES,
    {
      id: "receipts",
      title: t("itsReceipts"),
      quiet: true,
      right: true,
      cell: (row) => <Receipts row={row} by={by} scope={scope} />,
    },
  ];
  return <Table label={t("topOf", { what: t(`by.${by}`) })} columns={columns} rows={rows} rowKey={(row) => row.id} />;
}

const costOf = (row: Row) => row.figures.charge_nanousd + row.figures.covered_nanousd;

const FIGURES: readonly Column<Row>[] = [
  { id: "cost", title: t("measure.cost"), right: true, sort: costOf, cell: (row) => <Money nanousd={costOf(row)} /> },
  {
    id: "requests",
    title: t("requests"),
    right: true,
    sort: (row) => row.figures.requests,
    cell: (row) => count.format(row.figures.requests),
  },
  {
    id: "in",
    title: t("tokensIn"),
    right: true,
    sort: (row) => row.figures.input_tokens,
    cell: (row) => <Tokens count={row.figures.input_tokens} brief />,
  },
  {
    id: "out",
    title: t("tokensOut"),
    right: true,
    sort: (row) => row.figures.output_tokens,
    cell: (row) => <Tokens count={row.figures.output_tokens} brief />,
  },
  {
    id: "failed",
    title: t("failedColumn"),
    right: true,
    sort: (row) => row.figures.failed,
    cell: (row) => count.format(row.figures.failed),
  },
  {
    id: "whole",
    title: t("p95Whole"),
    right: true,
    sort: (row) => row.figures.whole.p95_ms,
    cell: (row) => spanWords(row.figures.whole.p95_ms),
  },
];

function Name({ row, onPick }: { row: Row; onPick(): void }) {
  return (
    <span className="inline-flex items-center gap-2">
      <Swatch look={row.look} />
      {row.filter === null ? (
        <span>{row.name}</span>
      ) : (
        <button type="button" className="link text-left" onClick={onPick}>
          {row.name}
        </button>
      )}
    </span>
  );
}

function Receipts({ row, by, scope }: { row: Row; by: GroupBy; scope: Scope }) {
  const filter = filterOf(by);
  if (!filter || row.filter === null) return null;
  return (
    <Link
      to={scope === "all" ? "/admin/receipts" : "/me/receipts"}
      search={{ [filter]: row.filter }}
      className="link text-sm"
      aria-label={t("receiptsOf", { name: row.name })}
    >
      {t("itsReceipts")}
    </Link>
  );
}
