/** Draws formulas. Loaded with the first formula; the only place that knows the library. */
import katex from "katex";
import "katex/dist/katex.min.css";

/** The library’s own tree before it becomes elements; its types leave it out. */
const { __renderToDomTree: read } = katex as unknown as {
  __renderToDomTree: (formula: string, options: object) => Drawn;
};

type Drawn = { attributes?: Record<string, string>; children?: Drawn[]; toNode: () => Node };

/** Puts the drawn formula into an element; one that cannot be read stays as its text. */
export function draw(into: HTMLElement, formula: string, display: boolean): void {
  try {
    const tree = read(formula, {
      displayMode: display,
      throwOnError: true,
      trust: false, // no links, images or classes out of a formula
      strict: "ignore",
      errorColor: "currentcolor", // its own red is too dark for a dark page
      maxSize: 20,
      maxExpand: 500,
    });
    withoutStyles(tree);
    into.replaceChildren(tree.toNode());
    for (const drawing of into.querySelectorAll<SVGElement>("svg[data-style-width]")) {
      drawing.style.width = drawing.dataset.styleWidth ?? "";
    }
  } catch {
    into.textContent = formula;
  }
}

/** The content policy refuses style attributes; widths are set afterwards, which it allows. */
function withoutStyles(node: Drawn): void {
  const style = node.attributes?.style;
  if (node.attributes && style !== undefined) {
    delete node.attributes.style;
    const width = /^width:\s*([\d.]+em)$/.exec(style)?.[1];
    if (width) node.attributes["data-style-width"] = width;
  }
  for (const child of node.children ?? []) withoutStyles(child);
}
