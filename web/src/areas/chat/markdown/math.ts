/**
 * Formulas in markdown: `$…$`, `$$…$$`, `\(…\)` and `\[…\]` as tokens for the lexer. Knows what is a formula and what is
 * a price; how a formula is drawn is not told here.
 */
import type { TokenizerAndRendererExtension } from "marked";

export type MathToken = {
  type: "mathBlock" | "mathInline";
  raw: string;
  text: string;
  /** Stands on lines of its own, centred. */
  display: boolean;
  /** The end has not come yet: more may be on its way. */
  open: boolean;
};

const LONGEST = 10_000;
/** Characters that are looked at for where the next formula begins: the lexer asks at every word that it reads. */
const LOOK_AHEAD = 4_000;
const BLOCK_STARTS = /^ {0,3}(\$\$|\\\[)/;
const DOLLARS = /^\$\$((?:\\[\s\S]|[^$\\])+?)\$\$/;
const DOLLAR = /^\$(?![\s$])((?:\\.|[^$\\\n])*?(?:\\.|[^\s$\\]))\$(?![\d\w])/;
const ROUND = /^\\\(([\s\S]+?)\\\)/;
const SQUARE = /^\\\[([\s\S]+?)\\\]/;
/** A number and then words of prose, with no sign of a formula: `5 and 6`, `5k a month`. */
const PROSE_ABOUT_MONEY = /^\d[\d.,]*(?![\s\S]*[\\^_={}<>])[\s\S]*\s[a-z]{2,}/i;
const OPENS = /(?:^|[^\w$\\])\$(?![\s$])|\$\$|\\[([]/;

function readBlock(source: string): MathToken | undefined {
  const start = BLOCK_STARTS.exec(source);
  if (!start) return undefined;
  const closing = start[1] === "$$" ? "$$" : "\\]";
  const from = start[0].length;
  const end = source.slice(0, from + LONGEST).indexOf(closing, from);
  if (end < 0) {
    const paragraph = source.search(/\n[ \t]*\n/);
    const raw = paragraph < 0 ? source : source.slice(0, paragraph);
    if (!raw.slice(from).trim()) return undefined;
    return { type: "mathBlock", raw, text: raw.slice(from).trim(), display: true, open: true };
  }
  const after = source.slice(end + closing.length);
  const rest = /^[ \t]*(?:\n|$)/.exec(after);
  if (!rest || !source.slice(from, end).trim()) return undefined; // something follows on the line: a formula within a paragraph
  const raw = source.slice(0, end + closing.length) + rest[0];
  return { type: "mathBlock", raw, text: source.slice(from, end).trim(), display: true, open: false };
}

function readInline(source: string): MathToken | undefined {
  const within = source.slice(0, LONGEST);
  const display = DOLLARS.exec(within) ?? SQUARE.exec(within);
  const found = display ?? ROUND.exec(within) ?? DOLLAR.exec(within);
  if (!found?.[1]?.trim()) return undefined;
  if (!display && within[0] === "$" && PROSE_ABOUT_MONEY.test(found[1])) return undefined;
  return { type: "mathInline", raw: found[0], text: found[1].trim(), display: display !== null, open: false };
}

/** Where the next formula may begin, so that the lexer stops its text there; it asks again from where it was told. */
function opensAt(source: string): number | undefined {
  const found = OPENS.exec(source.slice(0, LOOK_AHEAD));
  if (!found) return source.length > LOOK_AHEAD ? LOOK_AHEAD - 1 : undefined;
  return found.index + found[0].search(/[$\\]/);
}

/** The same of a block: it ends a paragraph, so what stands behind the paragraph is not looked at. */
function blockOpensAt(source: string): number | undefined {
  const within = source.slice(0, LOOK_AHEAD);
  const paragraph = within.indexOf("\n\n");
  const found = /\n(?= {0,3}(?:\$\$|\\\[))/.exec(paragraph < 0 ? within : within.slice(0, paragraph + 1));
  return found ? found.index + 1 : undefined;
}

export const mathBlock: TokenizerAndRendererExtension = {
  name: "mathBlock",
  level: "block",
  start: blockOpensAt,
  tokenizer: readBlock,
};

export const mathInline: TokenizerAndRendererExtension = {
  name: "mathInline",
  level: "inline",
  start: opensAt,
  tokenizer: readInline,
};
