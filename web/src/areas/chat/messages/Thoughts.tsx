/** What a model thought before it answered: open while it thinks, folded once it speaks. */
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { t } from "@/words/chat";

export function Thoughts({ text, running }: { text: string; running: boolean }) {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const open = chosen ?? false;
  return (
    <div className="mb-3 text-[0.9375rem] text-soft">
      <button
        type="button"
        aria-expanded={open}
        className="-ml-1 flex min-h-11 items-center gap-1 rounded px-1 hover:text-ink sm:min-h-8"
        onClick={() => setChosen(!open)}
      >
        <ChevronRight aria-hidden className={`size-4 transition-transform ${open ? "rotate-90" : ""}`} />
        <span className={running ? "animate-breathe" : undefined}>
          {running ? t("message.thinking") : t("message.thought")}
        </span>
      </button>
      {(open || running) && (
        <p className={`border-l-2 pl-4 wrap-anywhere whitespace-pre-wrap ${open ? "" : "line-clamp-2"}`}>
          {open ? text : text.slice(-400)}
        </p>
      )}
    </div>
  );
}
