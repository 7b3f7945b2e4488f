// Awarding: an amount that fits the tier and the pool, days, conditions, and what it takes to serve while one types.
import { useDeferredValue, useState } from "react";
import { api } from "@/api/client";
import { t } from "@/words/awarding";
import { t as o } from "@/words/awarding-office";
import { act, useSupply } from "../data";
import { amountWords, typedAmount } from "../model/amounts";
import { ActDialog } from "../parts/act";
import { AmountField, amountOf, NumberField, WordsField, wholeOf } from "../parts/fields";
import { SupplyFacts } from "../parts/supply";
import type { DecisionProps } from "./deciding";
import { freeOf } from "./programmes";

interface Given {
  amount: string;
  days: string;
  conditions: string;
  words: string;
  note: string;
  override: string;
}

export function ApproveDialog({ application, programme, onClose }: DecisionProps & { onClose(): void }) {
  const tier = programme.terms.tiers.find((one) => one.name === application.tier);
  const { unit } = application;
  const [seen] = useState(application.revision);
  const [given, setGiven] = useState<Given>(() => ({
    amount: typedAmount(application.asked, unit),
    days: String(tier?.days ?? ""),
    conditions: "",
    words: "",
    note: "",
    override: "",
  }));
  const set = (part: Partial<Given>) => setGiven((before) => ({ ...before, ...part }));
  const most = tier?.amount_max ?? application.asked;
  const amount = amountOf(given.amount, unit, most);
  const days = wholeOf(given.days, 1, tier?.days ?? 3660);
  const free = freeOf(programme.pool);
  const fits = amount !== null && amount <= free;
  const supply = useSupply(programme.id, useDeferredValue(amount), useDeferredValue(days));
  const reasoned = !supply.data?.reason_needed || given.override.trim() !== "";
  const needed = tier?.reviews ?? 0;
  const there = application.assignments.filter((one) => one.state === "scored").length;

  const approve = () =>
    api.post("/v1/tokenry/applications/{application_id}/approve", {
      path: { application_id: application.id },
      body: {
        amount,
        days,
        conditions: given.conditions.trim() || null,
        words: given.words.trim() || null,
        panel_note: given.note.trim() || null,
        override: supply.data?.reason_needed ? given.override.trim() || null : null,
        revision: seen,
      },
    });

  return (
    <ActDialog
      open
      onClose={onClose}
      wide
      title={o("approveTitle", { title: application.title })}
      what={o("approveWhat", { days: t("days", { count: programme.terms.accept_within_days }) })}
      verb={amount === null ? o("approveVerbNone") : o("approveVerb", { amount: amountWords(amount, unit) })}
      ready={amount !== null && days !== null && fits && reasoned && there >= needed}
      act={() => act(approve, o("approved"))}
    >
      {there < needed && <Note>{o("reviewsShort", { needed, there })}</Note>}
      <div className="grid gap-4 sm:grid-cols-[2fr_1fr]">
        <AmountField
          label={o("givenAmount")}
          unit={unit}
          value={given.amount}
          onChange={(text) => set({ amount: text })}
          most={most}
          hint={o("tierGives", { asked: amountWords(application.asked, unit), most: amountWords(most, unit) })}
        />
        <NumberField
          label={o("givenDays")}
          value={given.days}
          onChange={(text) => set({ days: text })}
          most={tier?.days ?? 3660}
          hint={tier && o("tierDays", { days: t("days", { count: tier.days }) })}
        />
      </div>
      {amount !== null && <Room amount={amount} free={free} unit={unit} />}
      {supply.data && supply.data.supply.ratio_percent !== null && (
        <section className="rounded border px-4 py-3">
          <h3 className="mb-2 text-sm font-medium">{o("supplyTitle")}</h3>
          <SupplyFacts supply={supply.data.supply} />
        </section>
      )}
      {supply.data?.reason_needed && (
        <WordsField
          label={o("override")}
          value={given.override}
          onChange={(text) => set({ override: text })}
          hint={o("overrideHint")}
          rows={2}
        />
      )}
      <WordsField
        label={o("conditions")}
        value={given.conditions}
        onChange={(text) => set({ conditions: text })}
        hint={o("conditionsHint")}
        optional
        rows={2}
      />
      <WordsField
        label={o("wordsToApplicant")}
        value={given.words}
        onChange={(text) => set({ words: text })}
        hint={t("wordsSeen")}
        optional
        rows={2}
      />
      <WordsField
        label={o("panelNote")}
        value={given.note}
        onChange={(text) => set({ note: text })}
        hint={o("panelNoteHint")}
        optional
        rows={2}
      />
    </ActDialog>
  );
}

function Room({ amount, free, unit }: { amount: number; free: number; unit: "tokens" | "usd" }) {
  if (amount > free) {
    return <Note>{o("poolShort", { free: amountWords(free, unit), amount: amountWords(amount, unit) })}</Note>;
  }
  return (
    <p className="text-sm text-soft">
      {o("poolRoom", { free: amountWords(free, unit), after: amountWords(free - amount, unit) })}
    </p>
  );
}

function Note({ children }: { children: string }) {
  return (
    <p role="alert" className="rounded bg-bad-ground px-3 py-2 text-bad">
      {children}
    </p>
  );
}
