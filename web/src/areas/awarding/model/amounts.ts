// Amounts of awards as people type and read them: tokens, or dollars kept as nano-USD. Exact: integers all the way, no
// float touches them. Knows no page.
import { moneyWords } from "@/ui/money";
import { t } from "@/words/awarding";

export type Unit = "tokens" | "usd";

/** The largest amount that goes to the server and back without losing a digit: JSON's numbers end here. */
export const AMOUNT_MAX = Number.MAX_SAFE_INTEGER;

/** Why something typed is no amount. */
export type Wrong = "empty" | "unreadable" | "other_unit" | "parts" | "zero" | "too_much";
export type Parsed = { amount: number } | { wrong: Wrong };

const NANO = 9; // decimals of a dollar that are kept
const SCALES = new Map<string, number>([
  ...["k", "thousand"].map((word) => [word, 3] as const),
  ...["m", "mio", "million", "millions"].map((word) => [word, 6] as const),
  ...["b", "bn", "billion", "billions"].map((word) => [word, 9] as const),
  ...["t", "tn", "trillion", "trillions"].map((word) => [word, 12] as const),
]);
const DOLLARS = new Set(["usd", "$", "dollar", "dollars"]);
const TOKENS = new Set(["token", "tokens", "tok"]);
const NUMBER = /^(\d{1,3}(?:[,_ ]\d{3})+|\d+)?(?:\.(\d+))?/;

/**
 * What somebody typed, in whole units: "1.5B tokens", "10 000 000", "2 trillion"; "$250", "1.5k USD", "$0.000001".
 * A comma only ever parts thousands, so that "1,5" is refused rather than taken for one thing or the other.
 */
export function parseAmount(text: string, unit: Unit): Parsed {
  const said = text
    .trim()
    .toLowerCase()
    .replace(/[\u00a0\u202f\u2009]/g, " ");
  if (said === "") return { wrong: "empty" };
  const prefixed = said.startsWith("$");
  const rest = prefixed ? said.slice(1).trimStart() : said;
  const number = NUMBER.exec(rest);
  if (!number || number[0] === "") return { wrong: "unreadable" };
  const words = rest.slice(number[0].length).trim().split(/\s+/).filter(Boolean);
  const scale = SCALES.get(words[0] ?? "") ?? 0;
  if (scale > 0) words.shift();
  const named = prefixed ? "$" : words.shift();
  if (words.length > 0) return { wrong: "unreadable" };
  if (named !== undefined) {
    const is: Unit | null = DOLLARS.has(named) ? "usd" : TOKENS.has(named) ? "tokens" : null;
    if (is === null) return { wrong: "unreadable" };
    if (is !== unit) return { wrong: "other_unit" };
  }
  return scaled(number[1] ?? "0", number[2] ?? "", scale + (unit === "usd" ? NANO : 0));
}

/** Digits before and behind the point, moved by so many places to the left. */
function scaled(whole: string, parts: string, places: number): Parsed {
  const kept = parts.replace(/0+$/, "");
  if (kept.length > places) return { wrong: "parts" };
  const amount = BigInt(whole.replace(/[,_ ]/g, "") + kept.padEnd(places, "0"));
  if (amount === 0n) return { wrong: "zero" };
  return amount > BigInt(AMOUNT_MAX) ? { wrong: "too_much" } : { amount: Number(amount) };
}

/** Why it is none, in words that say what to type instead. */
export function wrongWords(wrong: Wrong, unit: Unit): string {
  const words = {
    empty: unit === "tokens" ? t("amountEmptyTokens") : t("amountEmptyUsd"),
    unreadable: unit === "tokens" ? t("amountUnreadableTokens") : t("amountUnreadableUsd"),
    other_unit: unit === "tokens" ? t("amountInTokens") : t("amountInUsd"),
    parts: unit === "tokens" ? t("amountPartsTokens") : t("amountPartsUsd"),
    zero: t("amountZero"),
    too_much: t("amountTooMuch", { most: amountWords(AMOUNT_MAX, unit) }),
  };
  return words[wrong];
}

/** An amount as it is typed, so that what is shown in a field reads back as the same: "1,500,000", "$12.50". */
export function typedAmount(amount: number, unit: Unit): string {
  const digits = BigInt(Math.trunc(amount)).toString();
  if (unit === "tokens") return grouped(digits);
  const padded = digits.padStart(NANO + 1, "0");
  const cents = padded.slice(-NANO).replace(/0+$/, "");
  return `$${grouped(padded.slice(0, -NANO))}${cents ? `.${cents.padEnd(2, "0")}` : ""}`;
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

/** An amount in full, for a sentence: "1,500,000 tokens", "$12.50". */
export function amountWords(amount: number, unit: Unit): string {
  return unit === "tokens"
    ? t("tokens", { count: amount })
    : moneyWords(amount, { exact: amount % 10 ** (NANO - 2) !== 0 });
}

const LETTERS = ["", "K", "M", "B", "T"] as const;
const FIGURES = 4; // that are shown of an amount where there is little room

/** The same where there is little room, as one would type it: "1.5B", "$12.50". Cut, so that it never says more than there is. */
export function shortAmount(amount: number, unit: Unit): string {
  if (unit === "tokens") return shortCount(Math.trunc(amount));
  const dollars = Math.trunc(amount / 10 ** NANO);
  if (dollars >= 10 ** FIGURES) return `$${shortCount(dollars)}`;
  return amount > 0 && amount % 10 ** NANO === 0 ? `$${grouped(String(dollars))}` : moneyWords(amount);
}

function shortCount(count: number): string {
  const digits = String(count);
  const group = Math.min(Math.floor((digits.length - 1) / 3), LETTERS.length - 1);
  if (group <= 0) return digits;
  const whole = digits.slice(0, digits.length - 3 * group);
  const parts = digits.slice(whole.length, Math.max(whole.length, FIGURES)).replace(/0+$/, "");
  return `${grouped(whole)}${parts ? `.${parts}` : ""}${LETTERS[group]}`;
}

/** A share of a whole in percent, for a bar: never above 100, and never 0 for what is more than nothing. */
export function percentOf(part: number, whole: number): number {
  if (whole <= 0 || part <= 0) return 0;
  return Math.min(100, Math.max(1, Math.round((100 * part) / whole)));
}

/** The same in words: what is more than nothing is never said to be nothing, and what is not all never all. */
export function percentWords(part: number, whole: number): string {
  const percent = whole > 0 ? (100 * part) / whole : 0;
  if (percent > 0 && percent < 1) return "< 1 %";
  return `${percent < 100 ? Math.min(99, Math.round(percent)) : 100} %`;
}
