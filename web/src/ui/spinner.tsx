import { cx } from "./cx";

/** Something is under way. Beside words that say what; alone it needs a label. */
export function Spinner({ label, className }: { label?: string; className?: string }) {
  return (
    <span
      {...(label ? { role: "status", "aria-label": label } : { "aria-hidden": true })}
      className={cx(
        "inline-block size-4 shrink-0 animate-turn rounded-full border-2 border-current border-r-transparent",
        className,
      )}
    />
  );
}
