/** What stands within a line of markdown, as elements. Raw HTML is shown as text; images are never fetched. */
import { ImageOff } from "lucide-react";
import type { Token, Tokens } from "marked";
import { Fragment, type ReactNode } from "react";
import { t } from "@/words/chat";
import { cited } from "./cites";
import { resolved } from "./entities";
import { Formula } from "./Formula";
import { safeLink } from "./links";
import type { MathToken } from "./math";

/** How a number of a source is shown, for those that there are. */
export type Cite = (number: number) => ReactNode | null;

type Props = { tokens: readonly Token[] | undefined; cite: Cite | null };

export function Inline({ tokens, cite }: Props) {
  // biome-ignore lint/suspicious/noArrayIndexKey: the tokens of one text never change places
  return tokens?.map((token, at) => <Fragment key={at}>{drawn(token, cite)}</Fragment>);
}

function drawn(token: Token, cite: Cite | null): ReactNode {
  const inner = <Inline tokens={"tokens" in token ? token.tokens : undefined} cite={cite} />;
  switch (token.type) {
    case "text":
      return token.tokens?.length ? inner : withCites(resolved(token.text), cite);
    case "escape":
      return token.text;
    case "strong":
      return <strong>{inner}</strong>;
    case "em":
      return <em>{inner}</em>;
    case "del":
      return <del>{inner}</del>;
    case "codespan":
      return <code>{token.text}</code>;
    case "br":
      return <br />;
    case "checkbox":
      return <input type="checkbox" checked={token.checked === true} disabled aria-label={t("markdown.task")} />;
    case "link":
      return <Link token={token as Tokens.Link}>{inner}</Link>;
    case "image":
      return <Image token={token as Tokens.Image} />;
    case "mathInline": {
      const formula = token as unknown as MathToken;
      return <Formula text={formula.text} display={formula.display} />;
    }
    case "html":
      return /^<br\s*\/?>$/i.test(token.raw.trim()) ? <br /> : token.raw;
    default:
      return token.raw;
  }
}

function withCites(text: string, cite: Cite | null): ReactNode {
  if (!cite || !text.includes("[")) return text;
  return cited(text).map((part, at) => {
    if (typeof part === "string") return part;
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never change places
    return <Fragment key={at}>{cite(part.number) ?? part.raw}</Fragment>;
  });
}

function Link({ token, children }: { token: Tokens.Link; children: ReactNode }) {
  const link = safeLink(token.href);
  if (!link) return <span title={token.href.slice(0, 200)}>{children}</span>;
  return (
    <a href={link.href} title={link.href.slice(0, 300)} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

/** A picture from elsewhere would tell its host that, when and by whom this was read, and whatever its address says. */
function Image({ token }: { token: Tokens.Image }) {
  const link = safeLink(token.href);
  const words = token.text || t("markdown.picture");
  const chip = (
    <>
      <ImageOff aria-hidden size={14} />
      <span>{words}</span>
      {link ? <span className="host">{link.host}</span> : null}
    </>
  );
  if (!link) return <span className="prose-picture">{chip}</span>;
  return (
    <a
      className="prose-picture"
      href={link.href}
      title={t("markdown.pictureWhy", { host: link.host })}
      target="_blank"
      rel="noopener noreferrer nofollow"
    >
      {chip}
    </a>
  );
}
