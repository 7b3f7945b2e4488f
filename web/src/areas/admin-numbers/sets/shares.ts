// Parts of a whole in percent. Pure.
import { locale } from "@/words";

const parts = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });

/** How wide a bar is, in percent of its whole: between 0 and 100, and visible where there is anything at all. */
export function width(part: number, whole: number): number {
  if (whole <= 0 || part <= 0) return 0;
  return Math.min(100, Math.max(0.4, (100 * part) / whole));
}

/** "12.5%"; what is little and not nothing is "under 0.1%", what is nearly all is not all. */
export function shareWords(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) return parts.format(0);
  const share = part / whole;
  if (share < 0.001) return `< ${parts.format(0.001)}`;
  if (share < 1 && share > 0.999) return `> ${parts.format(0.999)}`;
  return parts.format(Math.min(1, share));
}
