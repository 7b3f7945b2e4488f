// What a chart is made of, before anything is drawn: stacks, ticks and words for stretches of time. Pure.
import { locale } from "@/words";

export interface Series {
  id: string;
  label: string;
  /** One number a stretch; null = nothing was measured. */
  values: readonly (number | null)[];
  /** Which of the seven looks; 0 = all the others together. */
  look: number;
}

/** Each series on top of those before it, from the bottom up. */
export function stacked(series: readonly Series[]): number[][] {
  const tops: number[] = [];
  return series.map((one) =>
    one.values.map((value, at) => {
      tops[at] = (tops[at] ?? 0) + (value ?? 0);
      return tops[at] ?? 0;
    }),
  );
}

/** Where words stand below the chart: as many stretches as have room, at even distances, the last one always free. */
export function ticks(count: number, room: number): number[] {
  const most = Math.max(2, Math.floor(room / 90));
  const step = Math.max(1, Math.ceil(count / most));
  return Array.from({ length: Math.ceil(count / step) }, (_, at) => at * step);
}

export interface Clock {
  /** Below the chart: short. */
  brief(at: number): string;
  /** In a sentence or a table: in full. */
  full(at: number): string;
}

/** Words for stretches of an hour or a day, in the organization's time zone. */
export function clockOf(step: "hour" | "day", timeZone: string): Clock {
  const brief = new Intl.DateTimeFormat(
    locale,
    step === "hour"
      ? { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }
      : { timeZone, month: "short", day: "numeric" },
  );
  const dated = new Intl.DateTimeFormat(locale, { timeZone, month: "short", day: "numeric" });
  const full = new Intl.DateTimeFormat(
    locale,
    step === "hour"
      ? {
          timeZone,
          weekday: "short",
          month: "short",
          day: "numeric",
          hour: "2-digit",
          minute: "2-digit",
          hourCycle: "h23",
        }
      : { timeZone, weekday: "short", month: "short", day: "numeric", year: "numeric" },
  );
  return {
    // the first hour of a day says which day it is
    brief: (at) => {
      const words = brief.format(at * 1000);
      return step === "hour" && /^0?0[:.]00$/.test(words) ? dated.format(at * 1000) : words;
    },
    full: (at) => full.format(at * 1000),
  };
}

/** By how much something changed, in percent: "+12 %"; null where there was nothing before. */
export function changeWords(now: number, before: number): string | null {
  if (before <= 0) return null;
  const change = (now - before) / before;
  if (Math.abs(change) >= 10) return null;
  return new Intl.NumberFormat(locale, {
    style: "percent",
    maximumFractionDigits: 0,
    signDisplay: "exceptZero",
  }).format(change);
}

/** Milliseconds as people say them: "840 ms", "2.4 s", "3.1 min". */
export function spanWords(ms: number | null): string {
  if (ms === null) return "–";
  const form = (unit: string, value: number, digits: number) =>
    new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: digits }).format(
      value,
    );
  if (ms < 1000) return form("millisecond", ms, 0);
  if (ms < 60_000) return form("second", ms / 1000, 1);
  return form("minute", ms / 60_000, 1);
}

export const count = new Intl.NumberFormat(locale);
export const brief = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
