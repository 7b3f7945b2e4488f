// Fields that the pages about awards share: an amount with its unit, and words from one person for another.
import type { ReactNode } from "react";
import { Field, Input, TextArea } from "@/ui";
import { t } from "@/words/awarding";
import { amountWords, parseAmount, type Unit, wrongWords } from "../model/amounts";

export interface AmountFieldProps {
  label: string;
  unit: Unit;
  value: string;
  onChange(value: string): void;
  /** The most that can be said here. */
  most?: number | undefined;
  hint?: ReactNode;
  optional?: boolean;
}

/** An amount as it is typed; what it comes to is said below it at once. */
export function AmountField({ label, unit, value, onChange, most, hint, optional }: AmountFieldProps) {
  const read = parseAmount(value, unit);
  const wrong = value.trim() === "" ? undefined : wrongAmount(value, unit, most);
  const how = unit === "tokens" ? t("amountHintTokens") : t("amountHintUsd");
  const shown = "amount" in read ? t("amountIs", { amount: amountWords(read.amount, unit) }) : how;
  return (
    <Field
      label={label}
      hint={
        <>
          {shown} {hint}
        </>
      }
      error={wrong}
      optional={optional ?? false}
    >
      <Input value={value} onChange={(event) => onChange(event.target.value)} autoComplete="off" inputMode="text" />
    </Field>
  );
}

/** What is wrong with an amount; undefined = nothing. */
export function wrongAmount(value: string, unit: Unit, most?: number): string | undefined {
  const read = parseAmount(value, unit);
  if ("wrong" in read) return wrongWords(read.wrong, unit);
  return most !== undefined && read.amount > most ? t("amountMost", { most: amountWords(most, unit) }) : undefined;
}

/** The amount, or null while it is none or too large. */
export function amountOf(value: string, unit: Unit, most?: number): number | null {
  const read = parseAmount(value, unit);
  return "amount" in read && (most === undefined || read.amount <= most) ? read.amount : null;
}

export interface WordsFieldProps {
  label: string;
  value: string;
  onChange(value: string): void;
  hint?: ReactNode;
  error?: ReactNode;
  optional?: boolean;
  rows?: number;
  max?: number;
}

export const WORDS_MAX = 10_000; // characters, of words from one person for another
export const REASON_MAX = 1_000; // characters, of the reason of what is done to an award

export function WordsField({
  label,
  value,
  onChange,
  hint,
  error,
  optional,
  rows = 3,
  max = WORDS_MAX,
}: WordsFieldProps) {
  return (
    <Field label={label} hint={hint} error={error} optional={optional ?? false}>
      <TextArea rows={rows} maxLength={max} value={value} onChange={(event) => onChange(event.target.value)} />
    </Field>
  );
}

/** A whole number of something, typed; null while it is none. */
export function wholeOf(value: string, least: number, most: number): number | null {
  const said = value.trim();
  if (!/^\d{1,15}$/.test(said)) return null;
  const number = Number(said);
  return number >= least && number <= most ? number : null;
}

export interface NumberFieldProps {
  label: string;
  value: string;
  onChange(value: string): void;
  least?: number;
  most: number;
  hint?: ReactNode;
  optional?: boolean;
}

export function NumberField({ label, value, onChange, least = 1, most, hint, optional }: NumberFieldProps) {
  const empty = value.trim() === "";
  const wrong = empty ? false : wholeOf(value, least, most) === null;
  return (
    <Field
      label={label}
      hint={hint}
      optional={optional ?? false}
      error={wrong ? t("numberBetween", { least, most }) : undefined}
    >
      <Input value={value} onChange={(event) => onChange(event.target.value)} inputMode="numeric" autoComplete="off" />
    </Field>
  );
}
