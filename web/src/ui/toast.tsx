import { X } from "lucide-react";
import { useEffect, useSyncExternalStore } from "react";
import { t } from "@/words/shell";
import { IconButton } from "./button";
import { cx } from "./cx";
import { wordsOf } from "./error-note";

interface Toast {
  id: number;
  words: string;
  bad: boolean;
}

const STAYS_MS = 6_000;
const TOASTS_MAX = 3;
let toasts: readonly Toast[] = [];
let last = 0;
const watchers = new Set<() => void>();

function become(next: readonly Toast[]): void {
  toasts = next;
  for (const watcher of watchers) watcher();
}

function show(words: string, bad: boolean): void {
  last += 1;
  become([...toasts.slice(1 - TOASTS_MAX), { id: last, words, bad }]);
}

/** Says that something was done, in passing. What must not be missed belongs onto the page. */
export const toast = {
  done: (words: string) => show(words, false),
  failed: (error: unknown) => show(wordsOf(error), true),
};

function dismiss(id: number): void {
  become(toasts.filter((one) => one.id !== id));
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Once in the page. */
export function Toasts() {
  const shown = useSyncExternalStore(watch, () => toasts);
  return (
    <section
      aria-label={t("notifications")}
      aria-live="polite"
      className="pointer-events-none fixed inset-x-3 top-14 z-50 flex flex-col items-center gap-2"
    >
      {shown.map((one) => (
        <ToastNote key={one.id} one={one} />
      ))}
    </section>
  );
}

function ToastNote({ one }: { one: Toast }) {
  useEffect(() => {
    if (one.bad) return; // an error stays until it is read
    const timer = setTimeout(dismiss, STAYS_MS, one.id);
    return () => clearTimeout(timer);
  }, [one]);
  return (
    <div
      className={cx(
        "pointer-events-auto flex max-w-md items-center gap-2 rounded border py-1 pr-1 pl-4 animate-rise",
        one.bad ? "border-bad/40 bg-bad-ground text-bad" : "bg-raised",
      )}
    >
      <p className="min-w-0 flex-1 py-1.5 text-[0.9375rem] wrap-anywhere">{one.words}</p>
      <IconButton label={t("close")} tip={false} onClick={() => dismiss(one.id)}>
        <X aria-hidden />
      </IconButton>
    </div>
  );
}
