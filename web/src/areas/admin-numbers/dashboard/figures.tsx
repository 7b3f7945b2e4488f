import { Money, moneyWords, Stat, Stats, Tokens } from "@/ui";
import { t } from "@/words/admin-numbers";
import { brief, changeWords, count, spanWords } from "../chart/layout";
import type { Figures, Picture } from "./data";

/** The whole of the time in a few figures, beside as much time before it. */
export function Totals({ picture }: { picture: Picture }) {
  const { total, before } = picture;
  const tokens = total.input_tokens + total.output_tokens;
  return (
    <Stats>
      <Stat label={t("charged")} note={<ChargeNote total={total} before={before} />}>
        <Money nanousd={total.charge_nanousd} />
      </Stat>
      <Stat
        label={t("tokens")}
        note={t("tokensNote", { input: brief.format(total.input_tokens), output: brief.format(total.output_tokens) })}
      >
        <Tokens count={tokens} brief />
      </Stat>
      <Stat label={t("requests")} note={requestsNote(total, before)}>
        {count.format(total.requests)}
      </Stat>
      <Stat label={t("firstToken")} note={firstTokenNote(total)}>
        {spanWords(total.first_token.p50_ms)}
      </Stat>
    </Stats>
  );
}

function ChargeNote({ total, before }: { total: Figures; before: Figures }) {
  const change = changeWords(total.charge_nanousd, before.charge_nanousd);
  const parts = [
    total.covered_nanousd > 0 && t("covered", { amount: moneyWords(total.covered_nanousd) }),
    change && t("chargedBefore", { change }),
    total.cost_nanousd !== null && total.cost_nanousd > 0 && t("costToYou", { amount: moneyWords(total.cost_nanousd) }),
  ].filter((one): one is string => typeof one === "string");
  return parts.map((one) => (
    <span key={one} className="block">
      {one}
    </span>
  ));
}

function requestsNote(total: Figures, before: Figures): string {
  const failed = total.failed > 0 ? t("requestsFailed", { count: total.failed }) : t("requestsNone");
  const change = changeWords(total.requests, before.requests);
  return change ? `${failed} · ${t("chargedBefore", { change })}` : failed;
}

function firstTokenNote(total: Figures): string {
  if (total.first_token.requests === 0) return t("notMeasured");
  return t("firstTokenNote", { p95: spanWords(total.first_token.p95_ms) });
}
