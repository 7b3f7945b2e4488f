/**
 * What a highlighter says, read into plain spans: it only ever writes `<span class="…">`, `</span>` and five character
 * references. Anything else is taken for text, so that nothing it says becomes markup of the page.
 */

export type Span = { text: string; scopes: string };

const PART = /<span class="([\w -]{1,200})">|<\/span>|&(amp|lt|gt|quot|#x27);/g;
const CHARACTERS: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'" };

/** The text in order, each piece with the classes of the innermost span that holds it. */
export function spansOf(markup: string): Span[] {
  const spans: Span[] = [];
  const open: string[] = [];
  let from = 0;
  const add = (text: string) => {
    if (!text) return;
    const scopes = open.at(-1) ?? "";
    const last = spans.at(-1);
    if (last && last.scopes === scopes) last.text += text;
    else spans.push({ text, scopes });
  };
  for (const part of markup.matchAll(PART)) {
    add(markup.slice(from, part.index));
    from = part.index + part[0].length;
    if (part[1] !== undefined) open.push(part[1]);
    else if (part[2] !== undefined) add(CHARACTERS[part[2]] ?? "");
    else if (open.length) open.pop();
    else add(part[0]);
  }
  add(markup.slice(from));
  return spans;
}
