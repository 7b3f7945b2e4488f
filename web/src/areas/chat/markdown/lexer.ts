/**
 * The lexer, kept from hostile texts: at every mark it looks ahead for what belongs to it, so its work grows with marks
 * times length. What would take longer than anybody waits is shown as it is. Knows no block of ours.
 */
import { Lexer as Plain, type Token } from "marked";

/** Marks times characters, of all paragraphs and cells of a text together: some tenths of a second. */
const LABOUR_MAX = 10_000_000;
const MARKS = /[_*~[\]<`$\\!@:]/g;

export class Lexer extends Plain {
  #left = LABOUR_MAX;

  override inlineTokens(source: string, tokens: Token[] = []): Token[] {
    const labour = (source.match(MARKS)?.length ?? 0) * source.length;
    if (labour <= this.#left) {
      this.#left -= labour;
      return super.inlineTokens(source, tokens);
    }
    for (const [at, line] of source.split("\n").entries()) {
      if (at > 0) tokens.push({ type: "br", raw: "\n" });
      tokens.push({ type: "escape", raw: line, text: line });
    }
    return tokens;
  }
}
