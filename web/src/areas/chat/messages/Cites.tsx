/** The sources of an answer: the numbers within its text, and the list below it. */
import { FileText } from "lucide-react";
import { useState } from "react";
import { t } from "@/words/chat";
import type { Source } from "../model/types";
import { useActs } from "./acts";

type Open = (source: Source) => void;

/** A file that is given whole has many passages: so many are listed before one asks for all. */
const FOLDED = 6;

export function CiteButton({ source, onOpen }: { source: Source; onOpen: Open }) {
  return (
    <button
      type="button"
      aria-label={t("source", { number: source.number, name: source.file_name })}
      title={source.file_name}
      className="mx-0.5 inline-grid min-w-5 place-items-center rounded-sm bg-wash px-1 align-[0.1em] text-xs font-medium text-ink no-underline hover:bg-act hover:text-act-ink"
      onClick={() => onOpen(source)}
    >
      {source.number}
    </button>
  );
}

export function Sources({ sources }: { sources: readonly Source[] }) {
  const { source: open } = useActs();
  const [whole, setWhole] = useState(false);
  const shown = whole || sources.length <= FOLDED + 1 ? sources : sources.slice(0, FOLDED);
  return (
    <section aria-label={t("sources")} className="mt-3 flex flex-wrap gap-2">
      {shown.map((one) => (
        <button
          key={one.number}
          type="button"
          className="inline-flex min-h-11 max-w-full items-center gap-2 rounded border bg-raised px-3 text-sm hover:border-field sm:min-h-8"
          onClick={() => open(one, sources)}
        >
          <FileText aria-hidden className="size-4 shrink-0 text-soft" />
          <span className="figures text-soft">{one.number}</span>
          <span className="truncate">{one.file_name}</span>
          {one.page !== null && (
            <span className="whitespace-nowrap text-soft">{t("source.page", { page: one.page })}</span>
          )}
        </button>
      ))}
      {shown.length < sources.length && (
        <button
          type="button"
          className="link inline-flex min-h-11 items-center px-2 text-sm sm:min-h-8"
          onClick={() => setWhole(true)}
        >
          {t("sources.all", { number: sources.length })}
        </button>
      )}
    </section>
  );
}
