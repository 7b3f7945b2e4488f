import type { ReactNode } from "react";
import type { RequestReceipt, SeenBy } from "@/api/schema";
import { CopyButton, Facts, Money, moneyWords, Tokens } from "@/ui";
import { listed, locale } from "@/words";
import { t } from "@/words/chat-receipt";

type Fact = { term: string; is: ReactNode };

type Props = {
  receipt: RequestReceipt;
  /** What accounts are called, by their ids. */
  names: ReadonlyMap<string, string>;
  seen: readonly SeenBy[];
};

/** One receipt, from what was paid down to who saw the words. */
export function Receipt({ receipt, names, seen }: Props) {
  return (
    <div className="flex flex-col gap-5">
      <Facts facts={paid(receipt)} />
      {receipt.lines.length > 0 && <Lines receipt={receipt} />}
      <Facts facts={[...counted(receipt, names), ...made(receipt, seen)]} />
    </div>
  );
}

/** A figure and what it means. */
function Said({ why, children }: { why: string; children: ReactNode }) {
  return (
    <>
      <span className="font-medium">{children}</span> <span className="text-soft">{why}</span>
    </>
  );
}

function paid(receipt: RequestReceipt): Fact[] {
  const facts: Fact[] = [
    {
      term: t("receipt.charge"),
      is: (
        <Said why={t("receipt.chargeWhy")}>
          <Money nanousd={receipt.charge_nanousd} exact />
        </Said>
      ),
    },
  ];
  if (receipt.charge_tokens) {
    const why = t("receipt.chargeTokensWhy", { amount: moneyWords(receipt.covered_nanousd, { exact: true }) });
    facts.push({
      term: t("receipt.chargeTokens"),
      is: (
        <Said why={why}>
          <Tokens count={receipt.charge_tokens} />
        </Said>
      ),
    });
  }
  if (receipt.writeoff_nanousd || receipt.writeoff_tokens) {
    facts.push({
      term: t("receipt.writeoff"),
      is: (
        <Said why={t("receipt.writeoffWhy")}>
          {receipt.writeoff_nanousd ? <Money nanousd={receipt.writeoff_nanousd} exact /> : null}{" "}
          {receipt.writeoff_tokens ? t("receipt.tokens", { count: receipt.writeoff_tokens }) : null}
        </Said>
      ),
    });
  }
  if (receipt.cost_nanousd !== null) {
    facts.push({
      term: t("receipt.cost"),
      is: (
        <Said why={t("receipt.costWhy")}>
          <Money nanousd={receipt.cost_nanousd} exact />
        </Said>
      ),
    });
  }
  return facts;
}

/** How the charge adds up. */
function Lines({ receipt }: { receipt: RequestReceipt }) {
  return (
    <div className="overflow-x-auto">
      <table className="figures w-full text-sm">
        <caption className="pb-1 text-left text-soft">
          {t("receipt.lines")}
          {receipt.estimated && ` ${t("receipt.estimated")}`}
        </caption>
        <thead>
          <tr className="border-b text-soft">
            <th scope="col" className="py-1.5 text-left font-medium">
              {t("receipt.meter")}
            </th>
            <th scope="col" className="py-1.5 text-right font-medium">
              {t("receipt.quantity")}
            </th>
            <th scope="col" className="py-1.5 text-right font-medium">
              {t("receipt.rate")}
            </th>
            <th scope="col" className="py-1.5 text-right font-medium">
              {t("receipt.amount")}
            </th>
          </tr>
        </thead>
        <tbody>
          {receipt.lines.map((line) => (
            <tr key={line.meter} className="border-b">
              <th scope="row" className="py-1.5 text-left font-normal">
                {line.meter}
              </th>
              <td className="py-1.5 text-right">
                <Tokens count={line.quantity} />
              </td>
              <td className="py-1.5 text-right">
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

function counted(receipt: RequestReceipt, names: Props["names"]): Fact[] {
  const { usage, bound } = receipt;
  const cached = usage.input_tokens_details.cached_tokens;
  const reasoning = usage.output_tokens_details.reasoning_tokens;
  return [
    {
      term: t("receipt.input"),
      is: (
        <Said why={cached ? t("receipt.cached", { count: cached }) : t("receipt.inputWhy")}>
          <Tokens count={usage.input_tokens} />
        </Said>
      ),
    },
    {
      term: t("receipt.output"),
      is: (
        <Said why={reasoning ? t("receipt.reasoning", { count: reasoning }) : t("receipt.outputWhy")}>
          <Tokens count={usage.output_tokens} />
        </Said>
      ),
    },
    { term: t("receipt.counted"), is: t(`receipt.counted.${usage.counted_by}`) },
    {
      term: t("receipt.held"),
      is: (
        <Said why={t("receipt.heldWhy")}>
          {t("receipt.bound", { input: bound.input_tokens, output: bound.output_tokens })}
        </Said>
      ),
    },
    {
      term: t("receipt.accounts"),
      is: (
        <ul>
          {receipt.accounts.map((one) => (
            <li key={one.account}>
              {accountWords(one.account, names)}{" "}
              {one.posted_tokens ? (
                t("receipt.tokens", { count: one.posted_tokens })
              ) : (
                <Money nanousd={one.posted_nanousd} exact />
              )}{" "}
              <span className="text-soft">
                ({t("receipt.held").toLowerCase()}:{" "}
                {one.held_tokens
                  ? t("receipt.tokens", { count: one.held_tokens })
                  : moneyWords(one.held_nanousd, { exact: true })}
                )
              </span>
            </li>
          ))}
        </ul>
      ),
    },
  ];
}

function made(receipt: RequestReceipt, seenBy: Props["seen"]): Fact[] {
  const model = receipt.downgraded_from
    ? `${receipt.model} ${t("receipt.downgraded", { model: receipt.downgraded_from })}`
    : receipt.model;
  const seen = receipt.prompt_seen_by.length
    ? listed(receipt.prompt_seen_by.map((one) => placeWords(one, seenBy)))
    : t("receipt.seenNobody");
  const energy =
    receipt.energy_wh === null
      ? t("receipt.energyUnknown")
      : t("receipt.energyIs", { wh: receipt.energy_wh, method: receipt.energy_method });
  const first = receipt.ttft_ms === null ? "–" : spanWords(receipt.ttft_ms);
  return [
    { term: t("receipt.model"), is: model },
    { term: t("receipt.deployment"), is: receipt.deployment ?? "–" },
    { term: t("receipt.seen"), is: seen },
    {
      term: t("receipt.training"),
      is: t(receipt.training === "never" ? "receipt.trainingNever" : "receipt.trainingConsented"),
    },
    { term: t("receipt.speed"), is: t("receipt.speedIs", { first, whole: spanWords(receipt.duration_ms) }) },
    { term: t("receipt.energy"), is: energy },
    { term: t("receipt.tier"), is: receipt.service_tier },
    { term: t("receipt.price"), is: receipt.price_version ?? "–" },
    { term: t("receipt.outcome"), is: `${t(`receipt.outcome.${receipt.outcome}`)} (${receipt.status})` },
    ...(receipt.attempts.length > 1 ? [{ term: t("receipt.attempts"), is: <Attempts receipt={receipt} /> }] : []),
    { term: t("receipt.when"), is: whenWords(receipt.at) },
    {
      term: t("receipt.id"),
      is: (
        <span className="inline-flex items-center gap-1">
          <code className="font-mono text-sm wrap-anywhere">{receipt.id}</code>
          <CopyButton text={receipt.id} />
        </span>
      ),
    },
  ];
}

function Attempts({ receipt }: { receipt: RequestReceipt }) {
  return (
    <ol>
      {receipt.attempts.map((one, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the tries of one request never change places
        <li key={at}>{t("receipt.attempt", { deployment: one.deployment, ended: one.ended, ms: one.ms })}</li>
      ))}
    </ol>
  );
}

/** "award: Spring term" for `award:awd_…`, where its name is known. */
function accountWords(account: string, names: Props["names"]): ReactNode {
  const [kind = "", id = ""] = account.split(":", 2);
  const name = names.get(id);
  if (name) return `${kind}: ${name}`;
  return <code className="font-mono text-sm">{account}</code>;
}

function placeWords(provider: string, seenBy: Props["seen"]): string {
  const here = seenBy.find((one) => one.provider === provider)?.place === "house";
  return here ? t("receipt.seenHouse", { name: provider }) : provider;
}

function spanWords(ms: number): string {
  if (ms < 1000) return new Intl.NumberFormat(locale, { style: "unit", unit: "millisecond" }).format(ms);
  return new Intl.NumberFormat(locale, { style: "unit", unit: "second", maximumFractionDigits: 1 }).format(ms / 1000);
}

function whenWords(at: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" }).format(new Date(at));
}
