// What is looked for in the audit log, as it stands in the address. Pure.
import type { Calls } from "@/api/schema";

export type AuditQuery = Calls["GET"]["/v1/tokenry/audit_log"]["query"];

export interface Looked {
  q?: string | undefined;
  /** How the type begins, as `project.` does; or a whole type. */
  type?: string | undefined;
  actor?: string | undefined;
  project?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value.slice(0, 200) : undefined);
const day = (value: unknown) =>
  typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value))
    ? value
    : undefined;

export function lookedFor(said: Record<string, unknown>): Looked {
  return {
    q: typeof said.q === "number" ? String(said.q) : text(said.q),
    type: text(said.type),
    actor: text(said.actor),
    project: text(said.project),
    from: day(said.from),
    to: day(said.to),
  };
}

export function auditQuery(looked: Looked, dayAt: (day: string, after?: number) => number): AuditQuery {
  const whole = looked.type !== undefined && !looked.type.endsWith(".");
  return {
    q: looked.q ?? null,
    begins: looked.type && !whole ? looked.type : null,
    types: looked.type && whole ? [looked.type] : null,
    actor_ids: looked.actor ? [looked.actor] : null,
    project_ids: looked.project ? [looked.project] : null,
    start_time: looked.from ? dayAt(looked.from) : null,
    end_time: looked.to ? dayAt(looked.to, 1) : null,
  };
}

/** Types in their groups: all that begin so, then each of them. */
export function grouped(types: readonly string[]): { begins: string; types: string[] }[] {
  const groups = new Map<string, string[]>();
  for (const one of types) {
    const begins = `${one.split(".")[0]}.`;
    groups.set(begins, [...(groups.get(begins) ?? []), one]);
  }
  return [...groups].map(([begins, of]) => ({ begins, types: of }));
}

/** A type in words: `project.user_added` becomes "project: user added". */
export function typeWords(type: string): string {
  const [about, ...rest] = type.split(".");
  const words = (part: string) => part.replaceAll("_", " ");
  return rest.length === 0 ? words(about ?? "") : `${words(about ?? "")}: ${words(rest.join(" "))}`;
}
