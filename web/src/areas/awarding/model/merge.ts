// Two people changed the same settings: what both left alone or one changed is settled, what both changed is asked.

export interface Merged<T> {
  /** Everything settled; of what both changed, mine. */
  value: T;
  /** What the other one changed and I did not. */
  taken: (keyof T)[];
  /** What both changed, and differently. */
  disputed: (keyof T)[];
}

/** `base` is what both began with. Members are compared by what they say, so they must be plain JSON. */
export function merge<T extends object>(base: T, mine: T, theirs: T): Merged<T> {
  const value = { ...mine };
  const taken: (keyof T)[] = [];
  const disputed: (keyof T)[] = [];
  for (const key of Object.keys(theirs) as (keyof T)[]) {
    if (same(theirs[key], base[key]) || same(theirs[key], mine[key])) continue;
    if (same(mine[key], base[key])) {
      value[key] = theirs[key];
      taken.push(key);
    } else disputed.push(key);
  }
  return { value, taken, disputed };
}

/** Whether two JSON values say the same, whatever the order of their members. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].every((name) => same(left[name], right[name]));
}
