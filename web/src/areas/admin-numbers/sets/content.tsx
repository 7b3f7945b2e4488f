import "../chart/chart.css";
import { useState } from "react";
import { Button, Card, Facts } from "@/ui";
import { listed, locale } from "@/words";
import { t } from "@/words/admin-sets";
import { count } from "../chart/layout";
import type { Details, Share } from "./data";
import { Lines } from "./lines";
import { shareWords, width } from "./shares";

const FIRST = 8;
const names = new Intl.DisplayNames(locale, { type: "language", fallback: "code" });

/** What the report found in the set, or how one is written. */
export function Content({ details, tokens }: { details: Details; tokens: number }) {
  const { content } = details;
  if (!content) {
    return (
      <Card title={t("noReport")} about={details.report_fault ? undefined : t("noReportWhy")}>
        {details.report_fault ? (
          <p className="wrap-anywhere">{t("reportFault", { fault: details.report_fault })}</p>
        ) : (
          <Lines text={t("reportVerb")} />
        )}
      </Card>
    );
  }
  return (
    <div className="gap-6 lg:columns-2 *:mb-6 *:break-inside-avoid *:last:mb-0">
      <Shares title={t("sources")} about={datesWords(content)} shares={content.sources} tokens={tokens} />
      <Shares title={t("languages")} shares={content.languages} tokens={tokens} words={languageWords} />
      <Shares title={t("licences")} shares={content.licences} tokens={tokens} />
      <Shares title={t("domains")} shares={content.domains} tokens={tokens} />
      <Shares title={t("regions")} shares={content.regions} tokens={tokens} />
      <OptOuts details={details} />
    </div>
  );
}

/** From when the documents are, where they say so. */
function datesWords({ first_date: first, last_date: last }: NonNullable<Details["content"]>): string {
  if (!first || !last) return t("shareAbout");
  return `${t("shareAbout")}. ${first === last ? t("date", { first }) : t("dates", { first, last })}`;
}

interface SharesProps {
  title: string;
  about?: string;
  shares: readonly Share[];
  tokens: number;
  words?: (name: string) => string;
}

function Shares(props: SharesProps) {
  const [all, setAll] = useState(false);
  const { title, shares, tokens, words = (name) => name } = props;
  const shown = all ? shares : shares.slice(0, FIRST);
  if (shares.length === 0) return null;
  return (
    <Card title={title} about={props.about ?? t("shareAbout")}>
      <ul className="flex flex-col gap-3">
        {shown.map((one) => (
          <li key={one.name}>
            <span className="flex items-baseline justify-between gap-4">
              <span className="min-w-0 wrap-anywhere">{words(one.name)}</span>
              <span className="figures shrink-0 text-sm text-soft">{shareWords(one.tokens, tokens)}</span>
            </span>
            <span aria-hidden className="mt-1 block h-1.5 overflow-hidden rounded-sm bg-code">
              <span
                className="block h-full"
                style={{ width: `${width(one.tokens, tokens)}%`, background: "var(--series-1)" }}
              />
            </span>
          </li>
        ))}
      </ul>
      {shown.length < shares.length && (
        <Button size="small" look="quiet" className="mt-3" onClick={() => setAll(true)}>
          {t("moreOf", { count: shares.length - shown.length })}
        </Button>
      )}
    </Card>
  );
}

function languageWords(name: string): string {
  try {
    const known = names.of(name);
    return known && known !== name ? `${known} (${name})` : name;
  } catch {
    return name; // no code of a language: "unknown"
  }
}

/** Whose refusals were found, and what became of the documents. */
export function OptOuts({ details }: { details: Details }) {
  const { opt_outs: told } = details;
  const dropped = Object.entries(told.dropped);
  const kept = Object.entries(told.kept_although_refused ?? {});
  const facts = dropped.map(([protocol, many]) => ({ term: protocol, is: t("refused", { count: many }) }));
  if (kept.length > 0) {
    const all = kept.map(([protocol, many]) => `${protocol} ${count.format(many)}`);
    facts.push({ term: t("keptRefused"), is: listed(all) });
  }
  if (told.protocols.length > 0) facts.push({ term: t("looked"), is: listed(told.protocols) });
  return (
    <Card title={t("optOuts")} about={t(told.honoured ? "honoured" : "recorded")}>
      {dropped.length === 0 && kept.length === 0 && <p className="mb-3 text-soft">{t("refusedNone")}</p>}
      <Facts facts={facts} />
    </Card>
  );
}
