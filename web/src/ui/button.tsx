import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx";
import { Spinner } from "./spinner";
import { Tooltip } from "./tooltip";

export type ButtonLook = "main" | "plain" | "quiet" | "bad";
export type ButtonSize = "small" | "normal";

const LOOKS: Record<ButtonLook, string> = {
  main: "bg-act text-act-ink border-transparent hover:brightness-110 dark:hover:brightness-95",
  plain: "bg-raised text-ink border-line hover:border-field",
  quiet: "bg-transparent text-ink border-transparent hover:bg-code",
  bad: "bg-raised text-bad border-bad/40 hover:bg-bad-ground",
};
const SIZES: Record<ButtonSize, string> = {
  small: "min-h-11 sm:min-h-8 px-3 text-sm",
  normal: "min-h-11 sm:min-h-9.5 px-4 text-[0.9375rem]",
};

/** The look of a button, for links that act as one. */
export function buttonClass(look: ButtonLook = "plain", size: ButtonSize = "normal"): string {
  return cx(
    "inline-flex items-center justify-center gap-2 rounded border font-medium whitespace-nowrap select-none",
    "transition-colors disabled:opacity-55 disabled:cursor-not-allowed aria-disabled:opacity-55 no-underline",
    LOOKS[look],
    SIZES[size],
  );
}

export interface ButtonProps extends ComponentProps<"button"> {
  look?: ButtonLook;
  size?: ButtonSize;
  /** Something is under way: the button stays focused and says so, and cannot be pressed again. */
  busy?: boolean;
  icon?: ReactNode;
}

export function Button({ look, size, busy = false, icon, className, children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={cx(buttonClass(look, size), className)}
    >
      {busy ? <Spinner /> : icon}
      {children}
    </button>
  );
}

export interface IconButtonProps extends ComponentProps<"button"> {
  /** What it does, in words: read aloud, and shown when pointed at. */
  label: string;
  look?: ButtonLook;
  tip?: boolean;
}

export function IconButton({ label, look = "quiet", tip = true, className, children, ...rest }: IconButtonProps) {
  const button = (
    <button
      type="button"
      aria-label={label}
      {...rest}
      className={cx(
        "inline-flex size-11 sm:size-9 shrink-0 items-center justify-center rounded border transition-colors",
        "disabled:opacity-55 disabled:cursor-not-allowed [&>svg]:size-[1.125rem]",
        LOOKS[look],
        className,
      )}
    >
      {children}
    </button>
  );
  return tip ? <Tooltip text={label}>{button}</Tooltip> : button;
}
