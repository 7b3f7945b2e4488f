/**
 * A text of markdown as blocks that can be drawn one by one. While a text grows, blocks that are finished stay the same
 * objects, so that only the last one is drawn again. Knows the lexer, not how anything looks.
 */
import { Marked, type Token } from "marked";
import { isMadeToHarm } from "./harm";
import { Lexer } from "./lexer";
import { mathBlock, mathInline } from "./math";
import { mend } from "./mend";

export type Block = { key: number; raw: string; token: Token };

export type Blocks = {
  /** How much of the text is in blocks that nothing can change any more. */
  settled: number;
  source: string;
  blocks: readonly Block[];
};

/** Beyond this a text is shown as it is: nobody reads it, and drawing it would hold up the page. */
export const LONGEST_MARKDOWN = 300_000;
/** One block beyond this is shown as it is, for the same reason. Code may be longer: it is cheap. */
const LONGEST_BLOCK = 60_000;

const marked = new Marked({ gfm: true, breaks: true, async: false });
marked.use({ extensions: [mathBlock, mathInline] });

const read = (text: string) => new Lexer(marked.defaults).lex(text);

export const EMPTY: Blocks = { settled: 0, source: "", blocks: [] };

/** All blocks of a text that is whole. */
export function blocksOf(text: string): Blocks {
  return { settled: text.length, source: text, blocks: lex(text, 0) };
}

/**
 * The blocks of a text that goes on growing, given those of before.
 *
 * All but the last block of before are kept; the text is read again from where the last one begins.
 */
export function grow(before: Blocks, text: string): Blocks {
  const goesOn = before.blocks.length > 0 && text.length >= before.source.length && text.startsWith(before.source);
  const settled = goesOn ? before.settled : 0;
  const kept = goesOn ? settledBlocks(before) : [];
  const fresh = lex(text.slice(settled), kept.length, true);
  const last = fresh.at(-1);
  const tail = last ? rawLength(fresh) - last.raw.length : 0;
  return { settled: settled + tail, source: text, blocks: [...kept, ...reuse(before.blocks, fresh)] };
}

function settledBlocks(before: Blocks): Block[] {
  let length = 0;
  const kept: Block[] = [];
  for (const block of before.blocks) {
    length += block.raw.length;
    if (length > before.settled) break;
    kept.push(block);
  }
  return kept;
}

function rawLength(blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => sum + block.raw.length, 0);
}

function reuse(before: readonly Block[], fresh: Block[]): Block[] {
  return fresh.map((block) => {
    const old = before[block.key];
    return old && old.raw === block.raw && old.token.type === block.token.type && !isOpen(old.token) ? old : block;
  });
}

function isOpen(token: Token): boolean {
  return "open" in token && token.open === true;
}

/** Whether the last block of a growing text was mended: what it shows is not yet what it says. */
function lex(text: string, firstKey: number, growing = false): Block[] {
  if (text.length > LONGEST_MARKDOWN || isMadeToHarm(text)) return text ? [plain(text, firstKey)] : [];
  let tokens: Token[];
  try {
    tokens = read(text);
  } catch {
    return [plain(text, firstKey)]; // the lexer went too deep: hostile text, shown as it is
  }
  const blocks = merged(tokens, text, firstKey);
  const last = blocks.at(-1);
  if (growing && last && (last.token.type === "paragraph" || last.token.type === "list")) {
    const whole = mend(last.raw);
    if (whole !== last.raw) {
      const token = read(whole)[0];
      if (token) blocks[blocks.length - 1] = { key: last.key, raw: last.raw, token: { ...token, open: true } as Token };
    }
  }
  return blocks;
}

/** White space belongs to the block before it, so that keys count blocks and the raw texts add up to the whole. */
function merged(tokens: readonly Token[], text: string, firstKey: number): Block[] {
  const blocks: Block[] = [];
  let at = 0;
  for (const token of tokens) {
    const raw = text.slice(at, at + token.raw.length);
    at += token.raw.length;
    const last = blocks.at(-1);
    if (token.type === "space" && last) last.raw += raw;
    else if (raw.length > LONGEST_BLOCK && token.type !== "code") blocks.push(plain(raw, firstKey + blocks.length));
    else blocks.push({ key: firstKey + blocks.length, raw, token });
  }
  return blocks;
}

function plain(text: string, key: number): Block {
  return { key, raw: text, token: { type: "plain", raw: text, text } as Token };
}
