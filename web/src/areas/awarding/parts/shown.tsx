// Small things that are shown the same everywhere: a state, an amount, a person, a text, how much of it is used.
import type { ReactNode } from "react";
import type { PersonShape } from "@/api/schema";
import { Badge, Skeleton } from "@/ui";
import { t } from "@/words/awarding";
import { amountWords, percentOf, shortAmount, type Unit } from "../model/amounts";
import { type Kind, toldState } from "../model/states";

export function State({ kind, state }: { kind: Kind; state: string }) {
  const told = toldState(kind, state);
  return <Badge tone={told.tone}>{told.label}</Badge>;
}

/** An amount of an award. Pointed at, it is shown in full. */
export function Amount({ amount, unit, brief }: { amount: number; unit: Unit; brief?: boolean }) {
  return (
    <data value={amount} title={amountWords(amount, unit)} className="figures whitespace-nowrap">
      {brief ? shortAmount(amount, unit) : amountWords(amount, unit)}
    </data>
  );
}

export function personWords(person: PersonShape | { name: string | null; email: string | null } | null): string {
  return person?.name || person?.email || t("nobody");
}

/** A text as it was written: lines stay lines, and nothing in it is markup. */
export function Prose({ children }: { children: string }) {
  return <p className="whitespace-pre-wrap wrap-anywhere">{children}</p>;
}

/** What somebody said, set apart. */
export function Quote({ by, children }: { by?: ReactNode; children: string }) {
  return (
    <blockquote className="border-l-2 border-field pl-3">
      <Prose>{children}</Prose>
      {by && <footer className="mt-1 text-sm text-soft">{by}</footer>}
    </blockquote>
  );
}

/** Terms and what they are, one below the other: for a narrow column. */
export function SideFacts({ facts }: { facts: readonly { term: string; is: ReactNode }[] }) {
  return (
    <dl className="flex flex-col gap-3">
      {facts.map((fact) => (
        <div key={fact.term} className="min-w-0">
          <dt className="text-sm text-soft">{fact.term}</dt>
          <dd className="wrap-anywhere">{fact.is}</dd>
        </div>
      ))}
    </dl>
  );
}

export interface Share {
  label: string;
  amount: number;
  tone: "act" | "soft" | "line";
}

const FILLS = { act: "fill-act", soft: "fill-field", line: "fill-line" } as const;

/** Parts of a whole as one bar. The figures stand beside it in words, so it is hidden from who cannot see it. */
export function Bar({ parts, whole, className }: { parts: readonly Share[]; whole: number; className?: string }) {
  let at = 0;
  return (
    <svg aria-hidden viewBox="0 0 100 2" preserveAspectRatio="none" className={className ?? "h-2 w-full rounded-full"}>
      <rect width="100" height="2" className="fill-code" />
      {parts.map((part) => {
        const width = Math.min(percentOf(part.amount, whole), 100 - at);
        const x = at;
        at += width;
        return <rect key={part.label} x={x} width={width} height="2" className={FILLS[part.tone]} />;
      })}
    </svg>
  );
}

/** A page whose thing is still on its way. */
export function Coming() {
  return (
    <div aria-busy className="flex flex-col gap-4">
      {["w-2/3", "w-full", "w-5/6"].map((width) => (
        <Skeleton key={width} className={width} />
      ))}
    </div>
  );
}
