import { describe, expect, it } from "vitest";
import { type Block, blocksOf, EMPTY, grow, LONGEST_MARKDOWN } from "./blocks";

const TEXT = `# Title

A paragraph with **bold** and \`code\`
that goes on.

- one
- two

  still two

\`\`\`python
def f():

    return 1
\`\`\`

| a | b |
|---|---|
| 1 | 2 |

$$
x = 1
$$

> quoted
> more

The end.
`;

const types = (blocks: readonly Block[]) => blocks.map((block) => block.token.type);

describe("a whole text", () => {
  it("is cut into its blocks, and nothing of it is lost", () => {
    const { blocks } = blocksOf(TEXT);
    expect(types(blocks)).toEqual([
      "heading", "paragraph", "list", "code", "table", "mathBlock", "blockquote", "paragraph",
    ]); // biome-ignore format: a line is enough
    expect(blocks.map((block) => block.raw).join("")).toBe(TEXT);
    expect(blocks.map((block) => block.key)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("that is too long, or too deep, is shown as it is", () => {
    expect(types(blocksOf("a".repeat(LONGEST_MARKDOWN + 1)).blocks)).toEqual(["plain"]);
    expect(types(blocksOf(">".repeat(5_000)).blocks)).toEqual(["plain"]);
    expect(types(blocksOf("- ".repeat(5_000)).blocks)).toEqual(["plain"]);
    expect(types(blocksOf(`short\n\n${"word ".repeat(20_000)}`).blocks)).toEqual(["paragraph", "plain"]);
    expect(blocksOf("").blocks).toEqual([]);
  });

  it("that is made to keep the page busy is shown as it is, and soon", () => {
    // Each took from a quarter of a minute to for ever: blanks that may be divided among marks, marks that never close.
    const hostile = [
      `${"> ".repeat(39)}x`,
      `-${" ".repeat(3_000)}`.repeat(3),
      "_a".repeat(30_000),
      "![".repeat(30_000),
      `a${" ".repeat(200_000)}b`,
      `${"|a".repeat(500)}|\n${"|-".repeat(500)}|\n${"|\n".repeat(30_000)}`,
      Array.from({ length: 500 }, (_, depth) => `${"  ".repeat(depth)}- a`).join("\n"),
    ];
    for (const text of hostile) {
      const { blocks } = blocksOf(text);
      expect(blocks.map((block) => block.raw).join("")).toBe(text);
    }
    const [paragraph] = blocksOf("_a*b\n".repeat(3_000)).blocks;
    const inner = paragraph && "tokens" in paragraph.token ? paragraph.token.tokens : [];
    expect(inner?.slice(0, 3).map((one) => [one.type, one.raw])).toEqual([
      ["escape", "_a*b"], ["br", "\n"], ["escape", "_a*b"],
    ]); // biome-ignore format: a line is enough
    expect(types(blocksOf(`${"> ".repeat(39)}x`).blocks)).toEqual(["blockquote"]);
    expect(types(blocksOf(`${"> ".repeat(41)}x`).blocks)).toEqual(["plain"]);
    expect(types(blocksOf(`a\n\n${"-".repeat(80)}\n\nb`).blocks)).toEqual(["paragraph", "hr", "paragraph"]);
  });

  it("whose formulas come late has them all the same", () => {
    const { blocks } = blocksOf(`${"word ".repeat(2_000)}$x_1$ and ${"word ".repeat(2_000)}$x_2$`);
    const inner = blocks[0] && "tokens" in blocks[0].token ? blocks[0].token.tokens : [];
    expect(inner?.filter((one) => one.type === "mathInline").map((one) => one.raw)).toEqual(["$x_1$", "$x_2$"]);
  });
});

describe("a growing text", () => {
  it("ends as the whole text, whatever the pieces", () => {
    for (const step of [1, 3, 7, 50]) {
      let now = EMPTY;
      for (let at = step; at < TEXT.length + step; at += step) now = grow(now, TEXT.slice(0, at));
      expect(now.blocks.map((block) => [block.token.type, block.raw])).toEqual(
        blocksOf(TEXT).blocks.map((block) => [block.token.type, block.raw]),
      );
    }
  });

  it("keeps finished blocks as the same objects", () => {
    const before = grow(EMPTY, "# Title\n\nOne.\n\nTwo is");
    const after = grow(before, "# Title\n\nOne.\n\nTwo is growing");
    expect(after.blocks[0]).toBe(before.blocks[0]);
    expect(after.blocks[1]).toBe(before.blocks[1]);
    expect(after.blocks[2]).not.toBe(before.blocks[2]);
  });

  it("reads only its end again", () => {
    let now = EMPTY;
    const many = Array.from({ length: 200 }, (_, n) => `Paragraph ${n}.\n\n`).join("");
    now = grow(now, many);
    const more = grow(now, `${many}Another`);
    expect(more.settled).toBeGreaterThan(many.length - 40);
  });

  it("begins anew when the text is another one", () => {
    const before = grow(EMPTY, "One.\n\nTwo.");
    expect(grow(before, "Other.").blocks.map((block) => block.raw)).toEqual(["Other."]);
  });

  it("shows what is half written without its marks", () => {
    const token = grow(EMPTY, "so **bold wor").blocks[0]?.token;
    expect(token && "tokens" in token && token.tokens?.map((one) => one.type)).toEqual(["text", "strong"]);
    expect(blocksOf("so **bold wor").blocks[0]?.token).toMatchObject({ text: "so **bold wor" });
  });
});
