/** A text of markdown as elements, block by block: a block that did not change is not drawn again. */
import type { Token, Tokens } from "marked";
import { memo, useRef } from "react";
import { t } from "@/words/chat";
import { type Block, type Blocks, blocksOf, EMPTY, grow } from "./blocks";
import { Code } from "./Code";
import { Formula } from "./Formula";
import { type Cite, Inline } from "./Inline";
import type { MathToken } from "./math";
import "./prose.css";

type Props = { text: string; growing?: boolean; cite?: Cite | null };

export const Markdown = memo(function Markdown({ text, growing = false, cite = null }: Props) {
  const blocks = useBlocks(text, growing);
  return (
    <div className="prose-chat">
      {blocks.map((block, at) => (
        <BlockOf key={block.key} block={block} growing={growing && at === blocks.length - 1} cite={cite} />
      ))}
    </div>
  );
});

function useBlocks(text: string, growing: boolean): readonly Block[] {
  const last = useRef<{ blocks: Blocks; growing: boolean }>({ blocks: EMPTY, growing: true });
  if (last.current.blocks.source !== text || last.current.growing !== growing) {
    last.current = { blocks: growing ? grow(last.current.blocks, text) : settled(last.current.blocks, text), growing };
  }
  return last.current.blocks.blocks;
}

/** A text that has become whole is read once more, and keeps the blocks that it has already. */
function settled(before: Blocks, text: string): Blocks {
  const whole = blocksOf(text);
  const blocks = whole.blocks.map((block) => {
    const old = before.blocks[block.key];
    const same = old && old.raw === block.raw && old.token.type === block.token.type && !("open" in old.token);
    return same ? old : block;
  });
  return { ...whole, blocks };
}

type BlockProps = { block: Block; growing: boolean; cite: Cite | null };

const BlockOf = memo(function BlockOf({ block, growing, cite }: BlockProps) {
  return <Drawn token={block.token} growing={growing} cite={cite} />;
});

function Drawn({ token, growing, cite }: { token: Token; growing: boolean; cite: Cite | null }) {
  switch (token.type) {
    case "heading":
      return <Heading token={token as Tokens.Heading} cite={cite} />;
    case "paragraph":
      return (
        <p>
          <Inline tokens={token.tokens} cite={cite} />
        </p>
      );
    case "text":
      return <Inline tokens={token.tokens ?? [token]} cite={cite} />;
    case "code":
      return <Code code={token.text} named={firstWord(token.lang)} growing={growing} />;
    case "list":
      return <List token={token as Tokens.List} growing={growing} cite={cite} />;
    case "blockquote":
      return (
        <blockquote>
          <All tokens={token.tokens} growing={growing} cite={cite} />
        </blockquote>
      );
    case "table":
      return <Table token={token as Tokens.Table} cite={cite} />;
    case "mathBlock": {
      const formula = token as unknown as MathToken;
      return formula.open ? (
        <code className="prose-formula-open">{formula.text}</code>
      ) : (
        <Formula text={formula.text} display />
      );
    }
    case "hr":
      return <hr />;
    case "space":
    case "def":
      return null;
    case "checkbox":
      return <Inline tokens={[token]} cite={null} />;
    default:
      return <p className="plain">{token.raw}</p>; // raw HTML too: shown, never made
  }
}

function All({ tokens, growing, cite }: { tokens: readonly Token[] | undefined; growing: boolean; cite: Cite | null }) {
  return tokens?.map((token, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the tokens of one block never change places
    <Drawn key={at} token={token} growing={growing && at === tokens.length - 1} cite={cite} />
  ));
}

/** A title within an answer stands below the page's and the answer's own. */
function Heading({ token, cite }: { token: Tokens.Heading; cite: Cite | null }) {
  const inner = <Inline tokens={token.tokens} cite={cite} />;
  if (token.depth === 1) return <h3 className="first">{inner}</h3>;
  if (token.depth === 2) return <h4>{inner}</h4>;
  if (token.depth === 3) return <h5>{inner}</h5>;
  return <h6>{inner}</h6>;
}

function List({ token, growing, cite }: { token: Tokens.List; growing: boolean; cite: Cite | null }) {
  const items = token.items.map((item, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the items of one list never change places
    <li key={at} className={item.task ? "task" : undefined}>
      <All tokens={item.tokens} growing={growing && at === token.items.length - 1} cite={cite} />
    </li>
  ));
  return token.ordered ? <ol start={token.start === "" ? undefined : token.start}>{items}</ol> : <ul>{items}</ul>;
}

function Table({ token, cite }: { token: Tokens.Table; cite: Cite | null }) {
  const cell = (one: Tokens.TableCell) => <Inline tokens={one.tokens} cite={cite} />;
  const side = (one: Tokens.TableCell) => (one.align ? `to-${one.align}` : undefined);
  /* biome-ignore-start lint/suspicious/noArrayIndexKey: the rows and cells of one table never change places */
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard
    <section className="prose-table" tabIndex={0} aria-label={t("markdown.table")}>
      <table>
        <thead>
          <tr>
            {token.header.map((one, at) => (
              <th key={at} scope="col" className={side(one)}>
                {cell(one)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {token.rows.map((row, at) => (
            <tr key={at}>
              {row.map((one, of) => (
                <td key={of} className={side(one)}>
                  {cell(one)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
  /* biome-ignore-end lint/suspicious/noArrayIndexKey: see above */
}

function firstWord(info: string | undefined): string {
  return (
    (info ?? "")
      .trim()
      .split(/[\s{,:]/)[0]
      ?.slice(0, 30) ?? ""
  );
}
