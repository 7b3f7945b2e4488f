// Points by criterion, as a reviewer gives them, and what they come to. As the server's programmes/applications/scoring.py.
import type { Criterion } from "@/api/schema";

export type Points = Readonly<Record<string, number>>;

/** Criteria without points yet. */
export function openCriteria(rubric: readonly Criterion[], points: Points): Criterion[] {
  return rubric.filter((one) => points[one.id] === undefined);
}

/** The sum of weight times points in percent of what it can be, with two decimals; null while a criterion is open. */
export function percentOfScore(rubric: readonly Criterion[], points: Points): string | null {
  if (rubric.length === 0 || openCriteria(rubric, points).length > 0) return null;
  const sum = (of: (one: Criterion) => number) => rubric.reduce((all, one) => all + one.weight * of(one), 0);
  const [given, most] = [sum((one) => points[one.id] ?? 0), sum((one) => one.points_max)];
  const hundredths = Math.floor((2 * 10_000 * given + most) / (2 * most)); // halves go up; all whole numbers
  return `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, "0")}`;
}

/** What a key pressed on a criterion means: its points, or null. */
export function pointsOfKey(key: string, most: number): number | null {
  if (!/^\d$/.test(key)) return null;
  const points = Number(key);
  return points <= most ? points : null;
}
