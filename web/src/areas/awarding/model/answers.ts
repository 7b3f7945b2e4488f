// Answers on an application's form against its questions, as the server will judge them: told while one writes.
import type { Field } from "@/api/schema";
import { t } from "@/words/awarding-apply";

export type Answer = string | number | boolean;
export type Answers = Record<string, Answer>;

/** Characters that an answer of a kind may have; as in the server's programmes/answers.py. */
export const LENGTHS_MAX: Partial<Record<Field["kind"], number>> = { text: 500, long_text: 20_000, url: 2_000 };

// What Python's str.split() takes for space. JavaScript's \s is wider by the mark U+FEFF.
const SPACE = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;

/** How many words a text has; the server counts the same way. */
export function wordsIn(text: string): number {
  return text.split(SPACE).filter(Boolean).length;
}

export function isEmpty(answer: unknown): boolean {
  return answer === undefined || answer === null || (typeof answer === "string" && wordsIn(answer) === 0);
}

/** What is wrong with one answer, in words; null = nothing. What is missing is told by `missing`, not here. */
export function problemOf(field: Field, answer: unknown): string | null {
  if (answer === undefined || answer === null || answer === "") return null;
  const most = LENGTHS_MAX[field.kind];
  if (typeof answer === "string" && most !== undefined && [...answer].length > most) {
    return t("tooManyCharacters", { most, there: [...answer].length });
  }
  if (typeof answer === "string" && field.words_max !== null && wordsIn(answer) > field.words_max) {
    return t("tooManyWords", { most: field.words_max, there: wordsIn(answer) });
  }
  if (field.kind === "number" && !Number.isSafeInteger(answer)) return t("notWhole");
  if (field.kind === "url" && !isLink(String(answer))) return t("notLink");
  return null;
}

function isLink(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || text.includes(" ")) return false;
  return URL.canParse(text) && new URL(text).hostname !== "";
}

/** A number as it was typed: the number, or the text where it is none, so that nothing typed is lost. */
export function numberTyped(text: string): Answer {
  const said = text.trim().replace(/(?<=\d)[,_](?=\d{3}(\D|$))/g, "");
  return /^-?\d{1,16}$/.test(said) && Number.isSafeInteger(Number(said)) ? Number(said) : text;
}

/** Questions that must be answered and are not. */
export function missing(fields: readonly Field[], answers: Answers): Field[] {
  return fields.filter((field) => field.required && isEmpty(answers[field.id]));
}

/** Only what the server would take into a draft: no problem that it refuses at once, nothing that is empty. */
export function sendable(fields: readonly Field[], answers: Answers): Answers {
  const kept: Answers = {};
  for (const field of fields) {
    const answer = answers[field.id];
    if (answer === undefined || answer === "") continue;
    const long = typeof answer === "string" && field.words_max !== null && wordsIn(answer) > field.words_max;
    if (long || problemOf(field, answer) === null) kept[field.id] = answer;
  }
  return kept;
}

/** An answer for reading. */
export function answerWords(answer: unknown): string {
  if (typeof answer === "boolean") return answer ? t("yes") : t("no");
  return isEmpty(answer) ? t("notAnswered") : String(answer);
}
