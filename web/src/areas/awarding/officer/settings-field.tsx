// A field of the settings: its text, and what is wrong with it, found by its place.
import { createContext, type ReactNode, useContext } from "react";
import { Field, Input, TextArea } from "@/ui";
import type { Problems } from "../model/terms";

export const ProblemsContext = createContext<Problems>(new Map());

export interface TextProps {
  /** Where it stands in the form, as problems name it. */
  place: string;
  label: string;
  value: string;
  onChange(value: string): void;
  hint?: ReactNode;
  optional?: boolean;
  figure?: boolean;
  max?: number;
  disabled?: boolean;
}

export function Line({ place, label, value, onChange, hint, optional, figure, max = 100, disabled }: TextProps) {
  const problems = useContext(ProblemsContext);
  return (
    <Field label={label} hint={hint} error={problems.get(place)} optional={optional ?? false}>
      <Input
        value={value}
        maxLength={max}
        disabled={disabled}
        inputMode={figure ? "numeric" : undefined}
        onChange={(event) => onChange(event.target.value)}
        autoComplete="off"
      />
    </Field>
  );
}

export function Lines({ place, label, value, onChange, hint, optional, max = 10_000, disabled }: TextProps) {
  const problems = useContext(ProblemsContext);
  return (
    <Field label={label} hint={hint} error={problems.get(place)} optional={optional ?? false}>
      <TextArea
        value={value}
        rows={3}
        maxLength={max}
        disabled={disabled}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}
