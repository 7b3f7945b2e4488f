// Which requests are listed, as it stands in the address. Pure.
import type { Calls } from "@/api/schema";
import { usdText } from "@/ui/money";

export type RequestsQuery = Calls["GET"]["/v1/tokenry/requests"]["query"];
export type State = NonNullable<RequestsQuery["state"]>;

export const STATES: readonly State[] = [
  "completed",
  "running",
  "cut",
  "client_gone",
  "engine_failed",
  "refused",
  "crash",
  "unavailable",
];

export interface Sought {
  project?: string | undefined;
  member?: string | undefined;
  key?: string | undefined;
  model?: string | undefined;
  state?: State | undefined;
  from?: string | undefined;
  to?: string | undefined;
  usd?: string | undefined;
}

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value.slice(0, 200) : undefined);
const day = (value: unknown) =>
  typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value))
    ? value
    : undefined;

export function soughtOf(said: Record<string, unknown>): Sought {
  return {
    project: text(said.project),
    member: text(said.member),
    key: text(said.key),
    model: text(said.model),
    state: STATES.find((one) => one === said.state),
    from: day(said.from),
    to: day(said.to),
    usd: typeof said.usd === "string" ? text(said.usd) : typeof said.usd === "number" ? String(said.usd) : undefined,
  };
}

/** What the API is asked. `dayAt` gives the beginning of a day, seconds since the epoch. */
export function requestsOf(sought: Sought, dayAt: (day: string, after?: number) => number): RequestsQuery {
  return {
    project_id: sought.project ?? null,
    user_id: sought.member ?? null,
    api_key_id: sought.key ?? null,
    model: sought.model ?? null,
    state: sought.state ?? null,
    start_time: sought.from ? dayAt(sought.from) : null,
    end_time: sought.to ? dayAt(sought.to, 1) : null,
    charge_from_usd: sought.usd ? usdText(sought.usd) : null,
  };
}

/** How many filters are set. */
export function countOf(sought: Sought): number {
  return Object.values(sought).filter((one) => one !== undefined).length;
}
