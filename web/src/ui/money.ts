// Amounts of money in words, exactly: nano-USD are integers from the ledger to the eye, and no float touches them.
// JSON brings them as numbers, which are exact up to 9 million dollars.
import { locale } from "@/words";

const NANO = 1_000_000_000n;
const DIGITS = 9;

export interface MoneyForm {
  /** All nine digits that the ledger keeps, without closing zeros beyond cents. */
  exact?: boolean;
}

/** `1_234_567_890` becomes "$1.23"; what is under a dollar keeps three digits that say something: "$0.00123". */
export function moneyWords(nanousd: number | bigint, { exact = false }: MoneyForm = {}): string {
  const whole = typeof nanousd === "bigint" ? nanousd : BigInt(Math.trunc(nanousd));
  const size = whole < 0n ? -whole : whole;
  const shown = exact ? size : rounded(size);
  const dollars = (shown / NANO).toLocaleString(locale);
  const cents = (shown % NANO).toString().padStart(DIGITS, "0").replace(/0+$/, "").padEnd(2, "0");
  return `${whole < 0n && shown > 0n ? "−" : ""}$${dollars}${decimalPoint()}${cents}`;
}

function rounded(size: bigint): bigint {
  if (size >= NANO) return halfUp(size, NANO / 100n);
  const digits = size.toString().length; // of DIGITS behind the point
  const unit = 10n ** BigInt(Math.max(0, Math.min(digits - 3, DIGITS - 2)));
  return halfUp(size, unit);
}

function halfUp(size: bigint, unit: bigint): bigint {
  return ((size + unit / 2n) / unit) * unit;
}

let point: string | null = null;

function decimalPoint(): string {
  point ??= new Intl.NumberFormat(locale).formatToParts(1.5).find((part) => part.type === "decimal")?.value ?? ".";
  return point;
}

/** What a person or the API writes as dollars, as nano-USD; null = it is no amount. At most nine decimals, never negative. */
export function nanoOf(text: string): bigint | null {
  const found = /^\$?\s*(\d{1,3}(?:,\d{3})+|\d+)?(?:\.(\d{1,9}))?$/.exec(text.trim());
  if (!found || (found[1] === undefined && found[2] === undefined)) return null;
  return BigInt((found[1] ?? "0").replaceAll(",", "")) * NANO + BigInt((found[2] ?? "").padEnd(DIGITS, "0"));
}

/** The same as a number, null also for what a number cannot hold exactly. */
export function moneyOf(text: string): number | null {
  const nano = nanoOf(text);
  return nano === null || nano > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(nano);
}

/** An amount of a form as the API takes it: dollars as exact text, without signs and separators. */
export function usdText(text: string): string | null {
  const nano = nanoOf(text);
  if (nano === null) return null;
  const rest = (nano % NANO).toString().padStart(DIGITS, "0").replace(/0+$/, "");
  return rest === "" ? `${nano / NANO}` : `${nano / NANO}.${rest}`;
}

const whole = new Intl.NumberFormat(locale);
const short = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });

/** A count of tokens: in full, or short ("1.2M") where there is little room. */
export function tokensWords(tokens: number, brief = false): string {
  return (brief ? short : whole).format(tokens);
}
