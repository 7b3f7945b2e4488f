/**
 * What is still open at the end of a growing paragraph, closed, so that half a word of bold does not show its stars.
 * Pure; nothing of it is kept once the text is whole.
 */

const FENCE = /^ {0,3}(?:```|~~~)/m;

/** The paragraph with open code, bold, italic and strike closed, and half a link reduced to its words. */
export function mend(paragraph: string): string {
  if (FENCE.test(paragraph) || paragraph.length > 20_000) return paragraph;
  const end = paragraph.trimEnd();
  const tail = paragraph.slice(end.length);
  const ticks = openTicks(end);
  if (ticks) return end.endsWith(ticks) ? end.slice(0, -ticks.length) + tail : end + ticks + tail;
  return closeMarks(halfLink(end)) + tail;
}

/** The backticks of a code span that has no end yet, or nothing. */
function openTicks(text: string): string {
  let open = "";
  for (const [run] of text.matchAll(/`+/g)) {
    if (!open) open = run;
    else if (open === run) open = "";
  }
  return open;
}

/** `[words](addre` and `![words](addre` become their words; `[wor` loses its bracket. */
function halfLink(text: string): string {
  return text.replace(/!?\[([^[\]\n]*)(?:\]\([^()\s]*)$/, "$1").replace(/!?\[([^[\]\n`]{1,200})$/, "$1");
}

function closeMarks(text: string): string {
  const bare = text.replace(/`[^`]*`/g, (code) => " ".repeat(code.length));
  let open: string[] = [];
  for (const found of bare.matchAll(/\\.|\*\*|~~|(?<![\w*])\*(?!\s)|(?<=\S)\*/g)) {
    const mark = found[0];
    if (mark.startsWith("\\")) continue;
    const at = open.lastIndexOf(mark);
    if (at >= 0) open = open.slice(0, at);
    else if (/\S/.test(bare[found.index + mark.length] ?? "") || found.index + mark.length === bare.length)
      open.push(mark);
  }
  return open.reduceRight((whole, mark) => (whole.endsWith(mark) ? whole.slice(0, -mark.length) : whole + mark), text);
}
