// Moments in words: seconds since the epoch, as the API gives them. Pure; the present is an argument.
import { locale } from "@/words";

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
const moment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const whole = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "long" });

/** How long ago, or how long until: "5 minutes ago", "tomorrow"; a date where more than a week lies between. */
export function agoWords(at: number, now: number): string {
  const apart = at - now;
  const size = Math.abs(apart);
  if (size < MINUTE_S) return relative.format(0, "second");
  if (size < HOUR_S) return relative.format(Math.trunc(apart / MINUTE_S), "minute");
  if (size < DAY_S) return relative.format(Math.trunc(apart / HOUR_S), "hour");
  if (size < 7 * DAY_S) return relative.format(Math.trunc(apart / DAY_S), "day");
  return dayWords(at);
}

export function dayWords(at: number): string {
  return day.format(at * 1000);
}

export function momentWords(at: number): string {
  return moment.format(at * 1000);
}

/** To the second, with the time zone. */
export function wholeWords(at: number): string {
  return whole.format(at * 1000);
}

/** `2026-05-31` and the like, in the reader's own time zone: for date fields. */
export function dayField(at: number): string {
  const date = new Date(at * 1000);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** What a date field holds, as the day's beginning in the reader's time zone; null = none. */
export function dayOfField(text: string): number | null {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!found) return null;
  return Math.trunc(new Date(Number(found[1]), Number(found[2]) - 1, Number(found[3])).getTime() / 1000);
}
