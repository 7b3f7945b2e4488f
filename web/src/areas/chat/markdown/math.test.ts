import { Marked, type Token } from "marked";
import { describe, expect, it } from "vitest";
import { mathBlock, mathInline } from "./math";

const marked = new Marked({ gfm: true, breaks: true });
marked.use({ extensions: [mathBlock, mathInline] });

function formulas(text: string): string[] {
  const found: string[] = [];
  const walk = (tokens: Token[]) => {
    for (const token of tokens) {
      if (token.type === "mathInline" || token.type === "mathBlock") {
        const { text, display, open } = token as unknown as { text: string; display: boolean; open: boolean };
        found.push(`${display ? "▢" : "·"}${open ? "…" : ""}${text}`);
      } else if ("tokens" in token && token.tokens) walk(token.tokens);
      else if (token.type === "list") for (const item of token.items) walk(item.tokens);
    }
  };
  walk(marked.lexer(text));
  return found;
}

describe("what is a formula", () => {
  it.each([
    ["so $x^2$ it is", ["·x^2"]],
    ["$a$, $b$ and $c$.", ["·a", "·b", "·c"]],
    ["**bold**$x$", ["·x"]],
    ["\\(a+b\\) holds", ["·a+b"]],
    ["see \\[a=b\\] there", ["▢a=b"]],
    ["see $$a=b$$ there", ["▢a=b"]],
    ["$$\na = b\n$$\n\nafter", ["▢a = b"]],
    ["\\[\n\\frac{1}{2}\n\\]", ["▢\\frac{1}{2}"]],
    ["$$\n\\frac{1", ["▢…\\frac{1"]],
    ["- item $y_1$\n- other", ["·y_1"]],
    ["$5x = 10$", ["·5x = 10"]],
    ["$2$", ["·2"]],
    ["$\\$5$", ["·\\$5"]],
  ])("%j", (text, expected) => {
    expect(formulas(text)).toEqual(expected);
  });
});

describe("what is a price, or code", () => {
  it.each([
    "it costs $5",
    "between $5 and $6",
    "from $5-$10 each",
    "US$5 and US$6",
    "$5k a month, and then 10k$",
    "$1,000.50 plus $20",
    "a \\$5 note and \\$6",
    "`$x$` is code",
    "```\n$x$\n```",
    "$ x $",
    "a $ alone",
    "$PATH and $HOME",
    "$$",
    "$$ $$",
  ])("%j", (text) => {
    expect(formulas(text)).toEqual([]);
  });
});

it("takes hostile text in its stride", () => {
  for (const text of ["$".repeat(20_000), "\\(".repeat(10_000), "$a".repeat(10_000), "\\[\n".repeat(5_000)]) {
    const started = performance.now();
    marked.lexer(text);
    expect(performance.now() - started).toBeLessThan(2_000);
  }
});
