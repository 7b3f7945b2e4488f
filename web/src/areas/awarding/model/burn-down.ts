// An award day by day as lines to be drawn: what was left, and where that leads, within the shade that holds four times
// in five. Every line has a value or null at each of `xs`.
import type { OutlookShape, SpanShape } from "@/api/schema";

export interface BurnDown {
  /** Seconds since the epoch, rising. */
  xs: number[];
  left: (number | null)[];
  low: (number | null)[];
  middle: (number | null)[];
  high: (number | null)[];
  end: number;
}

const DAY_S = 86_400;

interface Lead {
  at: number;
  to: number;
}

/** Where a line of the outlook leads: to nothing on a day, or to what is left at the award's end. */
function leadOf(name: keyof SpanShape, outlook: OutlookShape, from: Lead, end: number): Lead | null {
  const days = outlook.used_up_in_days?.[name] ?? null;
  if (days !== null) return { at: from.at + Math.max(days, 1) * DAY_S, to: 0 };
  const rest = outlook.rest?.[name] ?? null;
  return rest === null || end <= from.at ? null : { at: end, to: Math.min(rest, from.to) };
}

export function burnDown(outlook: OutlookShape, ends_at: number): BurnDown | null {
  const today = outlook.days.at(-1);
  const first = outlook.days[0];
  if (!today || !first) return null;
  const from: Lead = { at: today.start + DAY_S, to: today.left };
  const leads =
    outlook.state === "estimated"
      ? {
          low: leadOf("low", outlook, from, ends_at),
          middle: leadOf("middle", outlook, from, ends_at),
          high: leadOf("high", outlook, from, ends_at),
        }
      : { low: null, middle: null, high: null };
  const until = Math.max(ends_at, from.at);
  const turns = [leads.low, leads.middle, leads.high].flatMap((lead) => (lead ? [Math.min(lead.at, until)] : []));
  const past = outlook.days.map((day) => day.start + DAY_S);
  const xs = [...new Set([first.start, ...past, ...turns, until])].sort((a, b) => a - b);
  const known = new Map([
    [first.start, first.left + first.drawn],
    ...outlook.days.map((day) => [day.start + DAY_S, day.left] as const),
  ]);
  const shade = leads.high?.at ?? until; // the lower edge lies on the ground as far as the shade reaches
  const line = (lead: Lead | null, reaches: number) =>
    xs.map((x) => (lead && x >= from.at && x <= reaches ? at(from, lead, x) : null));
  return {
    xs,
    left: xs.map((x) => known.get(x) ?? null),
    low: line(leads.low, shade),
    middle: line(leads.middle, leads.middle?.at ?? until),
    high: line(leads.high, shade),
    end: ends_at,
  };
}

/** A straight line from one point to another, and level beyond it. */
function at(from: Lead, lead: Lead, x: number): number {
  if (x >= lead.at) return lead.to;
  return from.to + ((lead.to - from.to) * (x - from.at)) / (lead.at - from.at);
}
