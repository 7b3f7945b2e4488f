// A coming price as a line of tokenry.toml. Pure.
import { usdText } from "@/ui/money";

export interface Wanted {
  /** `2027-01-01` */
  day: string;
  input: string;
  cached: string;
  output: string;
}

/** The price's members, in the file's own words; null = one of them is no amount. */
function priceOf(wanted: Wanted, embedding: boolean): string | null {
  const parts: string[] = [];
  for (const [name, text] of [
    [embedding ? "embedding" : "input", wanted.input],
    ["cached_input", wanted.cached],
    ["output", wanted.output],
  ] as const) {
    if (text.trim() === "") continue;
    const usd = usdText(text);
    if (usd === null) return null;
    parts.push(`${name} = ${usd}`);
  }
  return parts.length === 0 ? null : parts.join(", ");
}

/** One announced price; null when an amount or the day is none. `today`: as `2026-12-31`, in UTC. */
export function announcedLine(wanted: Wanted, today: string, embedding: boolean): string | null {
  const price = priceOf(wanted, embedding);
  if (price === null || !/^\d{4}-\d{2}-\d{2}$/.test(wanted.day) || wanted.day <= today) return null;
  return `announced = [{ effective_from = "${wanted.day}", price = { ${price} } }]`;
}
