/** Chats by the day they were last used: today, yesterday, the week, the month, then month by month. Pure. */

export type Period =
  | { kind: "pinned" | "today" | "yesterday" | "week" | "month" }
  | { kind: "older"; year: number; month: number };

export type Group<Item> = { period: Period; items: Item[] };

const DAY_MS = 86_400_000;

/** Groups in the order of the items, which are newest first; pinned ones lead. Days are those of the reader's clock. */
export function byDay<Item extends { updated_at: number; pinned: boolean }>(
  items: readonly Item[],
  now: Date,
): Group<Item>[] {
  const groups: Group<Item>[] = [];
  const pinned = items.filter((item) => item.pinned);
  if (pinned.length) groups.push({ period: { kind: "pinned" }, items: pinned });
  for (const item of items) {
    if (item.pinned) continue;
    const period = periodOf(item.updated_at, now);
    const last = groups.at(-1);
    if (last && samePeriod(last.period, period)) last.items.push(item);
    else groups.push({ period, items: [item] });
  }
  return groups;
}

function periodOf(seconds: number, now: Date): Period {
  const then = new Date(seconds * 1000);
  const days = Math.round((midnight(now) - midnight(then)) / DAY_MS);
  if (days <= 0) return { kind: "today" };
  if (days === 1) return { kind: "yesterday" };
  if (days < 7) return { kind: "week" };
  if (days < 30) return { kind: "month" };
  return { kind: "older", year: then.getFullYear(), month: then.getMonth() };
}

function samePeriod(one: Period, other: Period): boolean {
  if (one.kind !== other.kind) return false;
  return one.kind !== "older" || other.kind !== "older" || (one.year === other.year && one.month === other.month);
}

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
