import type { ReactNode } from "react";
import type { Gives } from "@/api/client";
import { Card, CopyButton, dayWords, Facts, Money, Tokens } from "@/ui";
import { listed } from "@/words";
import { t } from "@/words/admin-receipt";
import { spanWords } from "../chart/layout";

export type Named = Gives<"GET", "/v1/tokenry/requests/{request_id}">;

/** Every figure of a receipt, each with what it means and where it comes from. */
export function Full({ receipt }: { receipt: Named }) {
  return (
    <>
      <Card title={t("charge")} about={t(receipt.estimated ? "chargeEstimated" : "chargeCounted")}>
        <Lines receipt={receipt} />
        <Facts facts={sums(receipt)} />
      </Card>
      <Card title={t("paidBy")} about={t("paidByAbout")}>
        <Accounts receipt={receipt} />
      </Card>
      <Card title={t("used")}>
        <Facts facts={used(receipt)} />
      </Card>
      <Card title={t("served")} about={t("servedAbout")}>
        <Facts facts={served(receipt)} />
      </Card>
      <Card title={t("asked")}>
        <Facts facts={asked(receipt)} />
      </Card>
    </>
  );
}

interface Fact {
  term: string;
  is: ReactNode;
}

function Why({ children, why }: { children: ReactNode; why: string }) {
  return (
    <>
      {children} <span className="block text-sm text-soft">{why}</span>
    </>
  );
}

/** How the price adds up: quantity times rate is the amount, rounded once a line. */
function Lines({ receipt }: { receipt: Named }) {
  if (receipt.lines.length === 0) return <p className="mb-4 text-soft">{t("noLines")}</p>;
  return (
    <div className="mb-4 overflow-x-auto">
      <table className="figures w-full text-[0.9375rem]">
        <thead>
          <tr className="border-b text-sm text-soft">
            <th scope="col" className="py-1.5 pr-4 text-left font-medium">
              {t("meter")}
            </th>
            <th scope="col" className="py-1.5 pr-4 text-right font-medium">
              {t("quantity")}
            </th>
            <th scope="col" className="py-1.5 pr-4 text-right font-medium">
              {t("rate")}
            </th>
            <th scope="col" className="py-1.5 text-right font-medium">
              {t("amount")}
            </th>
          </tr>
        </thead>
        <tbody>
          {receipt.lines.map((line) => (
            <tr key={line.meter} className="border-b">
              <th scope="row" className="py-1.5 pr-4 text-left font-normal">
                {line.meter.replaceAll("_", " ")}
              </th>
              <td className="py-1.5 pr-4 text-right">
                <Tokens count={line.quantity} />
              </td>
              <td className="py-1.5 pr-4 text-right">
                <Money nanousd={line.rate_nanousd_per_million} exact />
              </td>
              <td className="py-1.5 text-right">
                <Money nanousd={line.amount_nanousd} exact />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function sums(receipt: Named): Fact[] {
  const facts: Fact[] = [
    {
      term: t("charged"),
      is: (
        <Why why={t("chargedWhy")}>
          <Money nanousd={receipt.charge_nanousd} exact className="font-medium" />
        </Why>
      ),
    },
  ];
  if (receipt.charge_tokens > 0) {
    const worth = <Money nanousd={receipt.covered_nanousd} exact />;
    facts.push({
      term: t("inTokens"),
      is: (
        <Why why={t("inTokensWhy")}>
          <Tokens count={receipt.charge_tokens} /> ({worth})
        </Why>
      ),
    });
  }
  if (receipt.writeoff_nanousd > 0 || receipt.writeoff_tokens > 0) {
    facts.push({
      term: t("writtenOff"),
      is: (
        <Why why={t("writtenOffWhy")}>
          <Money nanousd={receipt.writeoff_nanousd} exact />
          {receipt.writeoff_tokens > 0 && <>, {t("tokens", { count: receipt.writeoff_tokens })}</>}
        </Why>
      ),
    });
  }
  if (receipt.cost_nanousd !== null) {
    facts.push({
      term: t("cost"),
      is: (
        <Why why={t("costWhy")}>
          <Money nanousd={receipt.cost_nanousd} exact />
        </Why>
      ),
    });
  }
  if (receipt.price_version !== null) {
    const since = receipt.price_effective_from;
    const version = <code className="font-mono text-sm">{receipt.price_version}</code>;
    facts.push({
      term: t("version"),
      is: since === null ? version : <Why why={t("versionSince", { day: dayWords(since) })}>{version}</Why>,
    });
  }
  return facts;
}

function Accounts({ receipt }: { receipt: Named }) {
  if (receipt.accounts.length === 0) return <p className="text-soft">{t("noAccounts")}</p>;
  return (
    <ul className="flex flex-col gap-2.5">
      {receipt.accounts.map((one) => (
        <li key={one.account} className="flex flex-wrap justify-between gap-x-6">
          <span className="min-w-0">
            {receipt.account_names[one.account] ?? one.account}
            <span className="block text-sm text-soft wrap-anywhere">{kindOf(one.account)}</span>
          </span>
          <span className="figures text-right">
            {one.held_tokens > 0 ? <Tokens count={one.posted_tokens} /> : <Money nanousd={one.posted_nanousd} exact />}
            <span className="block text-sm text-soft">
              {t("heldBefore")}{" "}
              {one.held_tokens > 0 ? <Tokens count={one.held_tokens} /> : <Money nanousd={one.held_nanousd} />}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}

function kindOf(account: string): string {
  if (account.startsWith("award:")) return t("award");
  if (account.startsWith("budget:")) return t("budget");
  return account;
}

function used(receipt: Named): Fact[] {
  const { usage, bound } = receipt;
  const { cached_tokens: cached, cache_write_tokens: written } = usage.input_tokens_details;
  const reasoning = usage.output_tokens_details.reasoning_tokens;
  const input = [cached > 0 && t("ofCached", { count: cached }), written > 0 && t("ofWritten", { count: written })];
  const facts: Fact[] = [
    {
      term: t("input"),
      is: (
        <Why why={input.filter(Boolean).join(" ") || t("inputWhy")}>
          <Tokens count={usage.input_tokens} />
        </Why>
      ),
    },
    {
      term: t("output"),
      is: (
        <Why why={reasoning > 0 ? t("ofReasoning", { count: reasoning }) : t("outputWhy")}>
          <Tokens count={usage.output_tokens} />
        </Why>
      ),
    },
    { term: t("countedBy"), is: t(`counted.${usage.counted_by}`) },
    {
      term: t("bound"),
      is: (
        <Why why={t("boundWhy")}>
          <Tokens count={bound.input_tokens} /> + <Tokens count={bound.output_tokens} />
        </Why>
      ),
    },
  ];
  if (usage.audio_seconds > 0) facts.push({ term: t("sound"), is: t("seconds", { count: usage.audio_seconds }) });
  return facts;
}

function served(receipt: Named): Fact[] {
  const seen = receipt.prompt_seen_by.length > 0 ? listed(receipt.prompt_seen_by) : t("nobody");
  const facts: Fact[] = [
    { term: t("deployment"), is: receipt.deployment ?? t("nobody") },
    { term: t("seenBy"), is: <Why why={t("seenByWhy")}>{seen}</Why> },
    { term: t("training"), is: t(`training.${receipt.training}`) },
    { term: t("firstToken"), is: receipt.ttft_ms === null ? t("notStreamed") : spanWords(receipt.ttft_ms) },
    { term: t("whole"), is: spanWords(receipt.duration_ms) },
    {
      term: t("energy"),
      is:
        receipt.energy_wh === null
          ? t("energyUnknown")
          : t("energyIs", { wh: receipt.energy_wh, method: receipt.energy_method }),
    },
  ];
  if (receipt.attempts.length > 0) facts.splice(1, 0, { term: t("attempts"), is: <Attempts receipt={receipt} /> });
  return facts;
}

function Attempts({ receipt }: { receipt: Named }) {
  return (
    <ol>
      {receipt.attempts.map((one, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the tries of one request never change places
        <li key={at}>
          {one.deployment}: {one.ended.replaceAll("_", " ")} <span className="text-soft">({spanWords(one.ms)})</span>
        </li>
      ))}
    </ol>
  );
}

function asked(receipt: Named): Fact[] {
  const key = receipt.api_key_name ?? receipt.api_key_id;
  const who = receipt.user_name ?? receipt.user_id;
  const model = receipt.downgraded_from
    ? t("downgraded", { model: receipt.model, from: receipt.downgraded_from })
    : receipt.model;
  return [
    { term: t("who"), is: who ? t("whoBy", { who, key }) : t("whoKey", { key }) },
    { term: t("project"), is: receipt.project_name ?? receipt.project_id },
    { term: t("model"), is: model },
    { term: t("endpoint"), is: receipt.stream ? t("streamed", { endpoint: receipt.endpoint }) : receipt.endpoint },
    { term: t("tier"), is: receipt.service_tier },
    ...(receipt.purpose ? [{ term: t("purpose"), is: receipt.purpose }] : []),
    {
      term: t("outcome"),
      is: t("outcomeStatus", { outcome: t(`outcome.${receipt.outcome}`), status: String(receipt.status) }),
    },
    {
      term: t("id"),
      is: (
        <span className="inline-flex items-center gap-1">
          <code className="font-mono text-sm wrap-anywhere">{receipt.id}</code>
          <CopyButton text={receipt.id} />
        </span>
      ),
    },
  ];
}
