import { ArrowDown, ArrowUp, ChevronsUpDown } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { t } from "@/words/shell";
import { Button } from "./button";
import { cx } from "./cx";
import { ErrorNote } from "./error-note";
import { Skeleton } from "./surfaces";

export interface Column<Row> {
  id: string;
  title: string;
  cell(row: Row): ReactNode;
  /** What it is sorted by; without it the column cannot be sorted. */
  sort?(row: Row): string | number | null;
  /** Figures stand to the right. */
  right?: boolean;
  /** The title is read aloud and not shown: a column of buttons. */
  quiet?: boolean;
}

export interface Sorting {
  id: string;
  down: boolean;
}

export interface TableProps<Row> {
  /** What the table shows, read aloud before it. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[] | undefined;
  rowKey(row: Row): string;
  sorted?: Sorting;
  /** The rows come; the first ones are not there yet. */
  loading?: boolean;
  error?: unknown;
  again?: () => void;
  empty?: ReactNode;
  /** There are more rows, and this brings them. */
  more?: (() => void) | undefined;
  loadingMore?: boolean;
}

/** Rows in an order: what is missing comes last, numbers by size, words as people sort them. Pure. */
export function sortedRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  by: Sorting | null,
): readonly Row[] {
  const key = by && columns.find((column) => column.id === by.id)?.sort;
  if (!key || !by) return rows;
  const words = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  return [...rows].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    const apart = typeof x === "number" && typeof y === "number" ? x - y : words.compare(String(x), String(y));
    return by.down ? -apart : apart;
  });
}

/** A table that can be sorted and brings more rows when asked; on a phone each row becomes a card of its own. */
export function Table<Row>(props: TableProps<Row>) {
  const { columns, rowKey } = props;
  const [by, setBy] = useState<Sorting | null>(props.sorted ?? null);
  const rows = useMemo(() => sortedRows(props.rows ?? [], columns, by), [props.rows, columns, by]);

  if (props.error)
    return <ErrorNote error={props.error} {...(props.again ? { again: props.again } : {})} className="m-4" />;
  if (props.loading) return <TableSkeleton />;
  if (rows.length === 0 && props.empty) return <>{props.empty}</>;
  return (
    <div>
      {/* Explicit roles: cards on a phone are made by `display`, which takes a table's own roles away. */}
      <table aria-label={props.label} role="table" className="w-full border-collapse text-[0.9375rem] max-sm:block">
        <thead role="rowgroup" className="max-sm:sr-only">
          <tr role="row" className="border-b">
            {columns.map((column) => (
              <Heading key={column.id} column={column} by={by} onSort={setBy} />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup" className="max-sm:block">
          {rows.map((row) => (
            <tr
              role="row"
              key={rowKey(row)}
              className="border-b last:border-b-0 max-sm:block max-sm:px-4 max-sm:py-2.5"
            >
              {columns.map((column) => (
                <td
                  role="cell"
                  key={column.id}
                  className={cx(
                    "px-3 py-2.5 align-middle first:pl-4 last:pr-4 sm:first:pl-5 sm:last:pr-5",
                    "max-sm:flex max-sm:justify-between max-sm:gap-4 max-sm:px-0! max-sm:py-1",
                    column.right && "figures text-right",
                  )}
                >
                  {!column.quiet && (
                    <span aria-hidden className="shrink-0 text-sm text-soft sm:hidden">
                      {column.title}
                    </span>
                  )}
                  <span
                    className={cx("block min-w-0 wrap-anywhere max-sm:text-right", column.quiet && "max-sm:flex-1")}
                  >
                    {column.cell(row)}
                  </span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {props.more && (
        <div className="flex justify-center border-t p-3">
          <Button size="small" look="quiet" busy={props.loadingMore ?? false} onClick={props.more}>
            {t("more")}
          </Button>
        </div>
      )}
    </div>
  );
}

function Heading<Row>(props: { column: Column<Row>; by: Sorting | null; onSort(by: Sorting): void }) {
  const { column, by } = props;
  const mine = by?.id === column.id;
  const look = cx(
    "px-3 py-2 text-left text-sm font-medium text-soft first:pl-5 last:pr-5",
    column.right && "text-right",
  );
  if (!column.sort) {
    return (
      <th role="columnheader" scope="col" className={look}>
        <span className={column.quiet ? "sr-only" : ""}>{column.title}</span>
      </th>
    );
  }
  return (
    <th
      role="columnheader"
      scope="col"
      aria-sort={mine ? (by.down ? "descending" : "ascending") : "none"}
      className={look}
    >
      <button
        type="button"
        className="group inline-flex items-center gap-1 rounded-sm hover:text-ink"
        onClick={() => props.onSort({ id: column.id, down: mine ? !by.down : false })}
      >
        {column.title}
        <SortSign mine={mine} down={by?.down ?? false} />
      </button>
    </th>
  );
}

function SortSign({ mine, down }: { mine: boolean; down: boolean }) {
  if (!mine)
    return (
      <ChevronsUpDown aria-hidden className="size-3.5 opacity-0 group-hover:opacity-100 group-focus:opacity-100" />
    );
  const Sign = down ? ArrowDown : ArrowUp;
  return <Sign aria-hidden className="size-3.5" />;
}

function TableSkeleton() {
  return (
    <div role="status" aria-label={t("loading")} className="flex flex-col gap-4 px-5 py-5">
      {["w-11/12", "w-4/5", "w-5/6", "w-3/4"].map((width) => (
        <Skeleton key={width} className={width} />
      ))}
    </div>
  );
}
