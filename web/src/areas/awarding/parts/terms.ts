// The terms of an award in words, as an offer and an award have them alike.
import type { Reporting, Restrictions, TokenWeights, Tranches } from "@/api/schema";
import { listed } from "@/words";
import { t } from "@/words/awarding";
import { t as a } from "@/words/awarding-apply";

const days = (count: number) => t("days", { count });

export function handedOutWords({ count, released_by, every_days }: Tranches): string {
  if (count <= 1) return a("offerAtOnce");
  return released_by === "report"
    ? a("offerPartsReport", { count })
    : a("offerPartsDate", { count, days: days(every_days) });
}

export function reportsWords({ every_days, final, final_within_days }: Reporting): string {
  if (every_days !== null) return a("offerReportsEvery", { days: days(every_days), final: days(final_within_days) });
  return final ? a("offerReportsFinal", { final: days(final_within_days) }) : a("offerReportsNone");
}

export function modelsWords({ models }: Restrictions): string {
  return models === null ? a("offerModelsAll") : models.length > 0 ? listed(models) : t("none");
}

export function ratesWords({ requests_per_minute, tokens_per_minute }: Restrictions): string[] {
  return [
    requests_per_minute !== null && a("offerRatesRequests", { count: requests_per_minute }),
    tokens_per_minute !== null && a("offerRatesTokens", { count: tokens_per_minute }),
  ].filter((words) => words !== false);
}

/** How many of the award's tokens one token takes; they are kept in thousandths. */
export function weightsWords(weights: TokenWeights): string {
  const times = (thousandths: number) => `× ${thousandths / 1000}`;
  return a("offerWeightsAre", {
    input: times(weights.input),
    cached: times(weights.cached_input),
    write: times(weights.cache_write),
    output: times(weights.output),
    reasoning: times(weights.reasoning),
  });
}

export function usedUpWords({ on_exhaustion, downgrade_to }: Restrictions): string {
  if (on_exhaustion === "downgrade") return a("offerDowngrade", { model: downgrade_to ?? "" });
  return on_exhaustion === "low_priority" ? a("offerLow") : a("offerBlock");
}
