import { ChevronDown } from "lucide-react";
import { type ComponentProps, createContext, type ReactNode, useContext, useId } from "react";
import { t } from "@/words/shell";
import { cx } from "./cx";

interface Ties {
  id: string;
  hint: string | undefined;
  wrong: string | undefined;
}

const TiesContext = createContext<Ties | null>(null);

/** What ties a control to its label, hint and error. */
function useTies(own: { id?: string | undefined }) {
  const ties = useContext(TiesContext);
  return {
    id: own.id ?? ties?.id,
    "aria-describedby": [ties?.wrong, ties?.hint].filter(Boolean).join(" ") || undefined,
    "aria-invalid": ties?.wrong ? true : undefined,
  };
}

export interface FieldProps {
  label: ReactNode;
  /** How it is meant, before anything goes wrong. */
  hint?: ReactNode;
  /** What is wrong with what stands in it. */
  error?: ReactNode;
  optional?: boolean;
  /** The label is read aloud and not shown: where the surroundings already say it. */
  quiet?: boolean;
  className?: string;
  children: ReactNode;
}

/** A labelled place for one control of this file. */
export function Field({ label, hint, error, optional, quiet, className, children }: FieldProps) {
  const id = useId();
  const ties: Ties = { id, hint: hint ? `${id}-hint` : undefined, wrong: error ? `${id}-wrong` : undefined };
  return (
    <div className={cx("flex min-w-0 flex-col gap-1.5", className)}>
      <label htmlFor={id} className={quiet ? "sr-only" : "text-sm font-medium"}>
        {label}
        {optional && <span className="font-normal text-soft"> ({t("optional")})</span>}
      </label>
      <TiesContext.Provider value={ties}>{children}</TiesContext.Provider>
      {hint && (
        <p id={ties.hint} className="text-sm text-soft">
          {hint}
        </p>
      )}
      {error && (
        <p id={ties.wrong} role="alert" className="text-sm text-bad">
          {error}
        </p>
      )}
    </div>
  );
}

const CONTROL =
  "w-full min-w-0 rounded border border-field bg-raised px-3 text-base sm:text-[0.9375rem] text-ink " +
  "disabled:opacity-60 aria-invalid:border-bad";

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input {...useTies(rest)} {...rest} className={cx(CONTROL, "h-11 sm:h-9.5", className)} />;
}

export function TextArea({ className, ...rest }: ComponentProps<"textarea">) {
  return <textarea rows={4} {...useTies(rest)} {...rest} className={cx(CONTROL, "py-2 leading-normal", className)} />;
}

/** The browser's own: it is known, quick, complete by keyboard, and right on phones. */
export function Select({ className, children, ...rest }: ComponentProps<"select">) {
  return (
    <span className="relative block">
      <select {...useTies(rest)} {...rest} className={cx(CONTROL, "h-11 appearance-none pr-9 sm:h-9.5", className)}>
        {children}
      </select>
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-soft"
      />
    </span>
  );
}

export interface TickProps {
  checked: boolean;
  onChange(checked: boolean): void;
  label: ReactNode;
  hint?: ReactNode;
  disabled?: boolean;
}

/** On or off, at once. */
export function Switch({ checked, onChange, label, hint, disabled }: TickProps) {
  const id = useId();
  return (
    <div className="flex items-start justify-between gap-4 py-1">
      <span className="min-w-0">
        <label htmlFor={id} className="font-medium text-[0.9375rem]">
          {label}
        </label>
        {hint && (
          <span id={`${id}-hint`} className="block text-sm text-soft">
            {hint}
          </span>
        )}
      </span>
      <input
        type="checkbox"
        role="switch"
        aria-checked={checked}
        id={id}
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        disabled={disabled}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className={cx(
          "mt-0.5 inline-flex h-6 w-10.5 shrink-0 cursor-pointer appearance-none items-center rounded-full border",
          "border-field bg-code px-0.5 transition-colors checked:border-act checked:bg-act",
          "before:size-4.5 before:rounded-full before:bg-field before:transition-transform before:content-['']",
          "checked:before:translate-x-4.5 checked:before:bg-act-ink disabled:cursor-not-allowed disabled:opacity-55",
        )}
      />
    </div>
  );
}

/** One of several that may be ticked, in a form that is sent later. */
export function Checkbox({ checked, onChange, label, hint, disabled }: TickProps) {
  const id = useId();
  return (
    <div className="flex items-start gap-2.5 py-1.5 sm:py-0.5">
      <input
        type="checkbox"
        id={id}
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        disabled={disabled}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="mt-0.5 size-5 shrink-0 cursor-pointer disabled:cursor-not-allowed"
      />
      <span className="min-w-0">
        <label htmlFor={id} className="text-[0.9375rem]">
          {label}
        </label>
        {hint && (
          <span id={`${id}-hint`} className="block text-sm text-soft">
            {hint}
          </span>
        )}
      </span>
    </div>
  );
}
