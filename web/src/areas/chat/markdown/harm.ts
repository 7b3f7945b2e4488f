/**
 * Texts that nobody writes, and that would keep the lexer busy for minutes: told before it reads them. Pure, and linear
 * in the text's length.
 */

/** `>` or list marks that stand in each other beyond this are no writing. */
const DEEPEST = 40;
/** Blanks before a list's mark, as many as so many lists within each other have. */
const FARTHEST = 4 * DEEPEST;
/** Cells of a table, the empty ones too that its rows get where they are shorter than its head. */
const CELLS_MAX = 60_000;
/** A run of them is looked through from each of its blanks. */
const BLANKS = " ".repeat(2_000);

export function isMadeToHarm(text: string): boolean {
  return text.includes(BLANKS) || isTooDeep(text) || isTooWide(text);
}

/** Reads each line's marks one by one: a pattern that may divide blanks among them tries every way to do so. */
function isTooDeep(text: string): boolean {
  const mark = /([ \t]*)(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t]))/y;
  for (let line = 0; line >= 0; line = text.indexOf("\n", line) + 1 || -1) {
    mark.lastIndex = line;
    let depth = 0;
    for (let found = mark.exec(text); found; found = mark.exec(text)) {
      if (++depth >= DEEPEST || (depth === 1 && (found[1] ?? "").length > FARTHEST)) return true;
    }
  }
  return false;
}

/** Whether some table may have too many cells: its columns, by the line below its head, times all lines there are. */
function isTooWide(text: string): boolean {
  const lines = text.split("\n");
  const most = CELLS_MAX / lines.length;
  return lines.some((line) => line.length > most && /^[ |:-]+$/.test(line) && line.split("|").length > most);
}
