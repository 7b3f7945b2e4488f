// What an award takes to serve, as facts: tokens, accelerator time, money, energy, a day.
import type { Meaning, Supply } from "@/api/schema";
import { dayWords, Facts, moneyWords, tokensWords } from "@/ui";
import { locale } from "@/words";
import { t } from "@/words/awarding";
import { t as apply } from "@/words/awarding-apply";
import { t as o } from "@/words/awarding-supply";
import { SideFacts } from "./shown";

const tenths = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
const HOUR_S = 3600;
const DAY_S = 86_400;

/** Seconds of one accelerator, in the unit that reads best. */
export function acceleratorWords(seconds: number): string {
  if (seconds >= DAY_S) return o("acceleratorDays", { size: tenths.format(seconds / DAY_S) });
  if (seconds >= HOUR_S) return o("acceleratorHours", { size: tenths.format(seconds / HOUR_S) });
  return o("acceleratorSeconds", { count: seconds });
}

export function energyWords(wattHours: number): string {
  return wattHours >= 1000
    ? o("kilowattHours", { size: tenths.format(wattHours / 1000) })
    : o("wattHours", { count: wattHours });
}

/** For applicants: what is known of it, and nothing when nothing is. */
export function MeaningFacts({ means }: { means: Meaning }) {
  const facts = commonFacts(means);
  return facts.length > 0 ? <Facts facts={facts} /> : null;
}

export function meansAnything(means: Meaning | null): means is Meaning {
  return means !== null && commonFacts(means).length > 0;
}

/** For officers and reviewers: with what the pool promises of what it can deliver. */
export function SupplyFacts({ supply, side }: { supply: Supply; side?: boolean }) {
  if (supply.ratio_percent === null) return <p className="text-soft">{o("nothingBehind")}</p>;
  const List = side ? SideFacts : Facts;
  return (
    <List
      facts={[
        ...commonFacts(supply),
        {
          term: o("ratio"),
          is: o("ratioIs", { percent: supply.ratio_percent, days: t("days", { count: supply.days }) }),
        },
      ]}
    />
  );
}

function commonFacts(means: Meaning | Supply) {
  return [
    means.tokens !== null && { term: apply("meansTokens"), is: tokensWords(means.tokens) },
    means.accelerator_seconds !== null && {
      term: apply("meansTime"),
      is: acceleratorWords(means.accelerator_seconds),
    },
    means.nanousd !== null && { term: apply("meansMoney"), is: moneyWords(means.nanousd) },
    means.watt_hours !== null && { term: apply("meansEnergy"), is: energyWords(means.watt_hours) },
    means.served_by !== null && { term: apply("meansBy"), is: dayWords(means.served_by) },
  ].filter((fact) => fact !== false);
}
