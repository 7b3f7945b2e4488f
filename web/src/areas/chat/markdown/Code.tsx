/** A block of code: its language, a copy button, a switch for long lines, and colours once they are there. */
import { Check, Copy, WrapText } from "lucide-react";
import { memo, useEffect, useState } from "react";
import { t } from "@/words/chat";
import { highlight, languageOf, remembered } from "./highlight";
import type { Span } from "./spans";

type Props = { code: string; named: string; growing: boolean };

export const Code = memo(function Code({ code, named, growing }: Props) {
  const [wraps, setWraps] = useState(false);
  const spans = useColours(code, named, growing);
  const label = named || t("code.plain");
  return (
    <figure className="prose-code" aria-label={t("code.of", { language: label })}>
      <figcaption>
        <span>{label}</span>
        <button
          type="button"
          aria-pressed={wraps}
          aria-label={t("code.wrap")}
          title={t("code.wrap")}
          onClick={() => setWraps(!wraps)}
        >
          <WrapText aria-hidden size={16} />
        </button>
        <CopyCode code={code} />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard */}
      <pre className={wraps ? "wraps" : undefined} tabIndex={0}>
        <code>{spans ? coloured(spans) : code}</code>
      </pre>
    </figure>
  );
});

function CopyCode({ code }: { code: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1_600);
    return () => clearTimeout(timer);
  }, [copied]);
  const words = copied ? t("copied") : t("code.copy");
  return (
    <button
      type="button"
      aria-label={words}
      title={words}
      onClick={() => void navigator.clipboard.writeText(code).then(() => setCopied(true))}
    >
      {copied ? <Check aria-hidden size={16} /> : <Copy aria-hidden size={16} />}
    </button>
  );
}

function useColours(code: string, named: string, growing: boolean): readonly Span[] | null {
  const language = languageOf(named);
  const [coloured, setColoured] = useState<{ code: string; spans: readonly Span[] } | null>(null);
  useEffect(() => {
    if (growing || !language || remembered(language, code)) return;
    let gone = false;
    highlight(language, code).then(
      (spans) => {
        if (spans && !gone) setColoured({ code, spans });
      },
      () => {}, // the language could not be loaded: the code stays in one colour
    );
    return () => {
      gone = true;
    };
  }, [code, language, growing]);
  if (growing || !language) return null;
  return coloured?.code === code ? coloured.spans : remembered(language, code);
}

function coloured(spans: readonly Span[]) {
  return spans.map((span, at) =>
    span.scopes ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the spans of one code never change places
      <span key={at} className={span.scopes}>
        {span.text}
      </span>
    ) : (
      span.text
    ),
  );
}
