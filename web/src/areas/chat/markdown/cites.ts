/** Numbers in square brackets, which stand for the sources of an answer: `[2]`, `[2, 3]`, `[2][3]`. Pure. */

export type CitePart = string | { number: number; raw: string };

const NUMBERS = /\[(\d{1,3}(?:\s*[,;]\s*\d{1,3}){0,9})\]/g;

/** The text with its numbers apart; `raw` is how one was written. */
export function cited(text: string): CitePart[] {
  const parts: CitePart[] = [];
  let from = 0;
  for (const found of text.matchAll(NUMBERS)) {
    if (found.index > from) parts.push(text.slice(from, found.index));
    for (const number of (found[1] ?? "").split(/[,;]/))
      parts.push({ number: Number(number), raw: `[${number.trim()}]` });
    from = found.index + found[0].length;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}
