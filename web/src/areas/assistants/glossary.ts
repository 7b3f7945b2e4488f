// A glossary as people write and paste it, one term a line, and as the API has it. Pure.
import type { Assistant } from "./lists";

export type Term = Assistant["glossary"][number];
export type Fault = { line: number; term: string; twice: boolean };

/** `term = translation`, or two columns of a spreadsheet. The first fault, if there is one, and the terms before it. */
export function readGlossary(text: string): { terms: Term[]; fault: Fault | null } {
  const found = new Map<string, string>();
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const { term, translation } = sides(line);
    const before = found.get(term);
    if (term === "" || translation === "") return { terms: listed(found), fault: fault(at, term || line, false) };
    if (before !== undefined && before !== translation) return { terms: listed(found), fault: fault(at, term, true) };
    found.set(term, translation);
  }
  return { terms: listed(found), fault: null };
}

export function writeGlossary(terms: readonly Term[]): string {
  return terms.map(({ term, translation }) => `${term} = ${translation}`).join("\n");
}

function sides(line: string): Term {
  const parting = line.includes("\t") ? "\t" : "=";
  const at = line.indexOf(parting);
  if (at < 0) return { term: tidy(line), translation: "" };
  return { term: tidy(line.slice(0, at)), translation: tidy(line.slice(at + 1)) };
}

function tidy(text: string): string {
  return text.trim().replace(/\s+/g, " ");
}

function fault(at: number, term: string, twice: boolean): Fault {
  return { line: at + 1, term: tidy(term), twice };
}

function listed(found: ReadonlyMap<string, string>): Term[] {
  return [...found].map(([term, translation]) => ({ term, translation }));
}
