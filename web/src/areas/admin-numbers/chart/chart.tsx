import { ChartColumn, Table2 } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useId, useMemo, useState } from "react";
import { cx, IconButton } from "@/ui";
import { t } from "@/words/admin-numbers";
import { Canvas } from "./canvas";
import { colourOf, type Drawing } from "./draw";
import { type Clock, type Series, stacked } from "./layout";

export interface ChartProps {
  title: string;
  about?: ReactNode;
  /** What can be chosen for the chart, beside its title. */
  choices?: ReactNode;
  kind: "bars" | "lines";
  series: readonly Series[];
  starts: readonly number[];
  clock: Clock;
  /** A figure in full, and a short one beside the chart. */
  words(value: number | null): string;
  beside(value: number): string;
  /** Figures are counts: there is nothing between one and two. */
  whole?: boolean;
  /** What is said in the chart's place: there is nothing to show. */
  instead?: string;
}

/**
 * Figures over time: as a picture that one walks through with the arrow keys, each stretch read aloud, or as a table.
 * The keys below the picture say which colour is what, and the figures of the stretch that is pointed at.
 */
export function Chart(props: ChartProps) {
  const { title, about, choices, series, starts, kind } = props;
  const [asTable, setAsTable] = useState(false);
  const [at, setAt] = useState<number | null>(null);
  const id = useId();
  return (
    <section aria-labelledby={id} className="flex min-w-0 flex-col rounded border bg-raised">
      <header className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 pt-3.5 sm:px-5">
        <div className="min-w-0 flex-1 basis-48">
          <h2 id={id} className="text-[1.0625rem]">
            {title}
          </h2>
          {about && <p className="mt-0.5 text-sm text-soft">{about}</p>}
        </div>
        <div className="flex items-center gap-1">
          {choices}
          <IconButton label={asTable ? t("asChart") : t("asTable")} onClick={() => setAsTable(!asTable)}>
            {asTable ? <ChartColumn aria-hidden /> : <Table2 aria-hidden />}
          </IconButton>
        </div>
      </header>
      {props.instead ? (
        <p className="m-auto px-5 py-12 text-soft">{props.instead}</p>
      ) : asTable ? (
        <AsTable {...props} />
      ) : (
        <div className="mt-auto px-2 pt-2 pb-4 sm:px-3">
          <Picture {...props} at={at} onPoint={setAt} labelledBy={id} />
          <Keys
            {...props}
            at={at !== null && at < starts.length ? at : null}
            total={kind === "bars" && series.length > 1}
          />
        </div>
      )}
    </section>
  );
}

interface PictureProps extends ChartProps {
  at: number | null;
  onPoint(at: number | null): void;
  labelledBy: string;
}

function Picture({ series, starts, clock, kind, words, beside, whole = false, at, onPoint, labelledBy }: PictureProps) {
  const [keyed, setKeyed] = useState<number | null>(null);
  const drawing = useMemo<Drawing>(
    () => ({ kind, series, below: (one) => clock.brief(starts[one] ?? 0), beside, whole, onPoint }),
    [kind, series, starts, clock, beside, whole, onPoint],
  );
  const last = starts.length - 1;
  const shown = Math.min(at ?? last, last);

  function go(to: number) {
    const next = Math.max(0, Math.min(last, to));
    setKeyed(next);
    onPoint(next);
  }

  function onKeyDown(event: KeyboardEvent) {
    const steps: Record<string, number> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowDown: -1,
      ArrowUp: 1,
      PageDown: -7,
      PageUp: 7,
    };
    const step = steps[event.key];
    if (step !== undefined) go(at === null ? last : shown + step);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(last);
    else return;
    event.preventDefault();
  }

  const told = series.map((one) => `${one.label} ${words(one.values[shown] ?? null)}`).join(", ");
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-labelledby={labelledBy}
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={Math.max(0, last)}
      aria-valuenow={shown}
      aria-valuetext={`${clock.full(starts[shown] ?? 0)}: ${told}`}
      onKeyDown={onKeyDown}
      onBlur={() => setKeyed(null)}
      className="rounded"
    >
      <Canvas drawing={drawing} at={keyed} />
    </div>
  );
}

/** Which colour is what; with the figures of one stretch, or without. */
function Keys({ series, starts, clock, words, at, total }: ChartProps & { at: number | null; total: boolean }) {
  return (
    <div className="mt-1 flex min-h-12 flex-wrap content-start items-center gap-x-4 gap-y-1 px-2 text-sm">
      {at !== null && <span className="font-medium">{clock.full(starts[at] ?? 0)}</span>}
      {at !== null && total && (
        <span className="figures">
          {t("together")} {words(stacked(series).at(-1)?.[at] ?? 0)}
        </span>
      )}
      {series.map((one) => (
        <span key={one.id} className="inline-flex min-w-0 items-center gap-1.5 text-soft">
          <Swatch look={one.look} />
          <span className="truncate">{one.label}</span>
          {at !== null && <span className="figures text-ink">{words(one.values[at] ?? null)}</span>}
        </span>
      ))}
    </div>
  );
}

/** The colour of a series. */
export function Swatch({ look, className }: { look: number; className?: string }) {
  return (
    <span
      aria-hidden
      style={{ background: colourOf(look) }}
      className={cx("size-2.5 shrink-0 rounded-full", className)}
    />
  );
}

/** The same figures to be read, newest first. */
function AsTable({ title, series, starts, clock, words }: ChartProps) {
  const rows = starts.map((start, at) => ({ start, at })).reverse();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section aria-label={title} tabIndex={0} className="mt-3 max-h-80 overflow-auto border-t">
      <table className="figures w-full text-sm">
        <thead>
          <tr className="border-b text-soft">
            <th scope="col" className="sticky top-0 bg-raised px-4 py-2 text-left font-medium sm:px-5">
              {t("time")}
            </th>
            {series.map((one) => (
              <th key={one.id} scope="col" className="sticky top-0 bg-raised px-4 py-2 text-right font-medium">
                {one.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ start, at }) => (
            <tr key={start} className="border-b last:border-b-0">
              <th scope="row" className="px-4 py-1.5 text-left font-normal whitespace-nowrap sm:px-5">
                {clock.full(start)}
              </th>
              {series.map((one) => (
                <td key={one.id} className="px-4 py-1.5 text-right whitespace-nowrap">
                  {words(one.values[at] ?? null)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
