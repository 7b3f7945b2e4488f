// The picture of an award going down. Loaded when one is looked at; says nothing that words and table beside it do not.
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useDark } from "@/shell/theme";
import { locale } from "@/words";
import { t as w } from "@/words/awarding-award";
import { shortAmount, type Unit } from "../model/amounts";
import type { BurnDown } from "../model/burn-down";

const HEIGHT = 260;
const PHONE = 420;
const FONT = "12px system-ui, sans-serif";
const days = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
const wholeDays = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });

export interface BurnDownChartProps {
  lines: BurnDown;
  unit: Unit;
  label: string;
}

export default function BurnDownChart({ lines, unit, label }: BurnDownChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const dark = useDark();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme is what colours are read under
  useEffect(() => {
    const into = place.current;
    if (!into) return;
    const chart = new uPlot(optionsOf(into, lines, unit), dataOf(lines), into);
    const sized = new ResizeObserver(() => chart.setSize({ width: into.clientWidth, height: HEIGHT }));
    sized.observe(into);
    return () => {
      sized.disconnect();
      chart.destroy();
    };
  }, [lines, unit, dark]);
  return (
    <div ref={place} role="img" aria-label={label} className="min-h-[260px] w-full overflow-hidden text-sm text-soft" />
  );
}

function dataOf(lines: BurnDown): uPlot.AlignedData {
  return [lines.xs, lines.left, lines.low, lines.high, lines.middle];
}

function optionsOf(into: HTMLElement, lines: BurnDown, unit: Unit): uPlot.Options {
  const style = getComputedStyle(into);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const axis = {
    stroke: colour("soft"),
    font: FONT,
    grid: { stroke: colour("line"), width: 1 },
    ticks: { show: false },
  };
  const value = (_: uPlot, amount: number | null) => (amount === null ? "–" : shortAmount(Math.round(amount), unit));
  const today = lines.left.findLastIndex((amount) => amount !== null);
  const ahead = { stroke: "transparent", width: 0, points: { show: false }, value };
  return {
    width: into.clientWidth,
    height: HEIGHT,
    legend: { show: into.clientWidth > PHONE, markers: { width: 0 } },
    cursor: { drag: { x: false, y: false }, points: { size: 7 } },
    scales: { x: { time: true }, y: { range: (_u, _low, high) => [0, Math.max(1, high) * 1.05] } },
    axes: [
      { ...axis, space: 70, values: (_u, at) => at.map((one) => days.format(one * 1000)) },
      { ...axis, size: 64, values: (_u, at) => at.map((one) => (one === 0 ? "0" : shortAmount(one, unit))) },
    ],
    series: [
      { label: w("day"), value: (_u, at: number | null) => (at === null ? "–" : wholeDays.format((at - 1) * 1000)) },
      { label: w("legendLeft"), stroke: colour("act"), width: 2, fill: colour("wash"), points: { show: false }, value },
      { ...ahead, label: w("legendLow") },
      { ...ahead, label: w("legendHigh") },
      { ...ahead, label: w("legendForecast"), stroke: colour("act"), width: 1.5, dash: [5, 5] },
    ],
    bands: [{ series: [3, 2], fill: colour("wash") }],
    hooks: {
      draw: [(chart) => drawEnd(chart, lines.end, colour("bad"))],
      ready: [(chart) => chart.setLegend({ idx: today }, false)], // until a day is pointed at
    },
  };
}

/** Where the award ends. */
function drawEnd(chart: uPlot, end: number, colour: string): void {
  const x = Math.round(chart.valToPos(end, "x", true));
  const { left, top, width, height } = chart.bbox;
  if (x < left || x > left + width) return;
  const { ctx } = chart;
  ctx.save();
  ctx.setLineDash([]); // the last line drawn may have been dashed
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(x, top);
  ctx.lineTo(x, top + height);
  ctx.stroke();
  ctx.restore();
}
