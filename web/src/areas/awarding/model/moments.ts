// Moments as date-and-time fields hold them, in the reader's own time zone. Seconds since the epoch on the other side.

const FIELD = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})/;
const DAY_S = 86_400;

/** `2027-03-31T18:00`. */
export function momentField(at: number): string {
  const date = new Date(at * 1000);
  const two = (n: number) => String(n).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** What such a field holds; null = no moment. */
export function momentOfField(text: string): number | null {
  const found = FIELD.exec(text);
  if (!found) return null;
  const [year, month, day, hour, minute] = found.slice(1).map(Number) as [number, number, number, number, number];
  const at = new Date(year, month - 1, day, hour, minute).getTime();
  return Number.isNaN(at) ? null : Math.trunc(at / 1000);
}

/** Whole days until a moment; 0 = today or over. */
export function daysUntil(at: number, now: number): number {
  return Math.max(0, Math.floor((at - now) / DAY_S));
}
