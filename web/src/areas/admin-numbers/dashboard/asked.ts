// What a dashboard is asked for, as it stands in the address; so that a view can be sent to somebody. Pure.
import type { Calls } from "@/api/schema";

export type Query = Calls["GET"]["/v1/tokenry/dashboard"]["query"];
export type GroupBy = NonNullable<Query["group_by"]>;
export type Window = NonNullable<Query["window"]>;
export type Measure = "cost" | "tokens" | "requests" | "failed";

export const WINDOWS: readonly Window[] = ["24h", "7d", "30d", "90d"];
export const GROUPS: readonly GroupBy[] = ["model", "project", "member", "key", "endpoint", "tier"];
export const MEASURES: readonly Measure[] = ["cost", "tokens", "requests", "failed"];
const ALONE = 7; // groups that a chart can tell apart

/** The address's own words. `from` and `to` are days, which go before the window. */
export interface Asked {
  window?: Window | undefined;
  from?: string | undefined;
  to?: string | undefined;
  by?: GroupBy | undefined;
  measure?: Measure | undefined;
  project?: string | undefined;
  model?: string | undefined;
  member?: string | undefined;
  key?: string | undefined;
}

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value.slice(0, 200) : undefined);
const day = (value: unknown) =>
  typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value))
    ? value
    : undefined;
const oneOf = <T extends string>(value: unknown, words: readonly T[]) => words.find((one) => one === value);

export function askedOf(said: Record<string, unknown>): Asked {
  return {
    window: oneOf(said.window, WINDOWS),
    from: day(said.from),
    to: day(said.to),
    by: oneOf(said.by, GROUPS),
    measure: oneOf(said.measure, MEASURES),
    project: text(said.project),
    model: text(said.model),
    member: text(said.member),
    key: text(said.key),
  };
}

/** What the API is asked. `dayAt` gives the beginning of a day (seconds since the epoch) in the organization's zone. */
export function queryOf(asked: Asked, dayAt: (day: string, after?: number) => number): Query {
  const query: Query = {
    group_by: asked.by ?? "model",
    order: asked.measure ?? "cost",
    groups: ALONE,
    window: asked.window ?? "30d",
  };
  if (asked.from) {
    query.start_time = dayAt(asked.from);
    if (asked.to) query.end_time = dayAt(asked.to, 1);
  }
  if (asked.project) query.project_ids = [asked.project];
  if (asked.model) query.models = [asked.model];
  if (asked.member) query.user_ids = [asked.member];
  if (asked.key) query.api_key_ids = [asked.key];
  return query;
}

const FILTER_OF: Partial<Record<GroupBy, "project" | "model" | "member" | "key">> = {
  model: "model",
  project: "project",
  member: "member",
  key: "key",
};

/** The address's word that narrows to one group; null where the API cannot narrow by it. */
export function filterOf(by: GroupBy): "project" | "model" | "member" | "key" | null {
  return FILTER_OF[by] ?? null;
}

/** When a day of a zone begins, in seconds since the epoch; `after` days later. */
export function dayIn(timeZone: string): (day: string, after?: number) => number {
  const words = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  const shift = (at: number): number => {
    const part = Object.fromEntries(words.formatToParts(at).map((one) => [one.type, Number(one.value)]));
    return (
      Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute) - Math.floor(at / 60000) * 60000
    );
  };
  return (day, after = 0) => {
    const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
    const wall = Date.UTC(year, month - 1, date + after);
    let at = wall - shift(wall);
    at = wall - shift(at); // once more: the first guess may lie beyond a change of the clocks
    return Math.trunc(at / 1000);
  };
}
