// How a chart is drawn on its canvas. Knows uPlot and colours; what is drawn comes from layout.ts.
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import "./chart.css";
import { type Series, stacked, ticks } from "./layout";

export interface Drawing {
  kind: "bars" | "lines";
  series: readonly Series[];
  /** One word for each stretch. */
  below(at: number): string;
  /** A figure beside the chart. */
  beside(value: number): string;
  /** Figures are counts. */
  whole: boolean;
  /** The stretch that is pointed at; null = none. */
  onPoint(at: number | null): void;
}

/** Distances between lines of counts: whole numbers alone. */
const COUNTS = Array.from({ length: 15 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();

export interface Place {
  width: number;
  height: number;
}

/** The colour of a look, as the theme has it now. */
export function colourOf(look: number): string {
  return `var(--series-${look === 0 ? "rest" : look})`;
}

function read(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim() || "#888";
}

/** Draws into a place; the caller destroys what it gets. */
export function draw(into: HTMLElement, drawing: Drawing, place: Place): uPlot {
  const count = drawing.series[0]?.values.length ?? 0;
  const along = Array.from({ length: count }, (_, at) => at);
  const bars = drawing.kind === "bars";
  // Bars are drawn from the tallest stack down, so that each covers what lies below it.
  const order = bars ? [...drawing.series.keys()].reverse() : [...drawing.series.keys()];
  const tops = bars ? stacked(drawing.series) : drawing.series.map((one) => [...one.values]);
  const data = [along, ...order.map((at) => tops[at] ?? [])] as uPlot.AlignedData;
  return new uPlot(optionsOf(drawing, order, place, count), data, into);
}

function optionsOf(drawing: Drawing, order: readonly number[], place: Place, count: number): uPlot.Options {
  const soft = read("--soft");
  const font = "12px system-ui, sans-serif";
  return {
    ...place,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: drawing.kind === "lines" } },
    padding: [8, 8, 0, 0],
    scales: {
      x: { time: false, range: [-0.6, Math.max(count - 0.4, 0.6)] },
      y: { range: (_u, _low, high) => [0, high > 0 ? high * 1.06 : 1] },
    },
    axes: [
      {
        stroke: soft,
        font,
        grid: { show: false },
        ticks: { show: false },
        splits: () => ticks(count, place.width),
        values: (_u, at) => at.map((one) => drawing.below(one)),
        gap: 8,
        size: 30,
      },
      {
        stroke: soft,
        font,
        grid: { stroke: read("--line"), width: 1 },
        ticks: { show: false },
        values: (_u, at) => at.map((one) => drawing.beside(one)),
        ...(drawing.whole ? { incrs: COUNTS } : {}),
        size: 62,
        gap: 8,
        space: 44,
      },
    ],
    series: [{}, ...order.map((at) => seriesOf(drawing, at))],
    hooks: { setCursor: [(u) => drawing.onPoint(u.cursor.idx ?? null)] },
  };
}

function seriesOf(drawing: Drawing, at: number): uPlot.Series {
  const one = drawing.series[at];
  const colour = read(`--series-${one?.look || "rest"}`);
  if (drawing.kind === "bars") {
    const paths = uPlot.paths.bars?.({ size: [0.72, 64, 1], radius: 0 });
    return { stroke: colour, fill: colour, width: 0, points: { show: false }, ...(paths ? { paths } : {}) };
  }
  return {
    stroke: colour,
    width: 2,
    ...(at % 2 === 1 ? { dash: [6, 4] } : {}),
    spanGaps: false,
    points: { show: (_u, _s, from, to) => to - from < 40, size: 5, fill: colour, stroke: colour },
  };
}
