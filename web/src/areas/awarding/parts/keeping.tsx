// How what is being written is kept, in a few words beside it.
import { useEffect, useSyncExternalStore } from "react";
import { Button, momentWords, wordsOf } from "@/ui";
import { t } from "@/words/awarding";
import { t as shell } from "@/words/shell";
import type { Keeping, Saver } from "../model/saver";

export function useKeeping<T>(saver: Saver<T>): Keeping<T> {
  return useSyncExternalStore(saver.watch, () => saver.state);
}

/** What was typed a moment ago is saved when one turns to something else. */
function useSavedWhenLeft<T>(saver: Saver<T>): void {
  useEffect(() => {
    const save = () => {
      if (document.visibilityState === "hidden" && saver.isWaiting) saver.flush().catch(() => {});
    };
    document.addEventListener("visibilitychange", save);
    return () => {
      document.removeEventListener("visibilitychange", save);
      if (saver.isWaiting) saver.flush().catch(() => {});
    };
  }, [saver]);
}

export function KeepingNote<T>({ saver, waits }: { saver: Saver<T>; waits?: string | undefined }) {
  const keeping = useKeeping(saver);
  useSavedWhenLeft(saver);
  if (waits) return <p className="text-sm text-soft">{waits}</p>;
  return (
    <p role="status" className="flex flex-wrap items-center gap-2 text-sm text-soft">
      {words(keeping)}
      {keeping.kind === "failed" && (
        <Button size="small" onClick={() => void saver.again().catch(() => {})}>
          {shell("tryAgain")}
        </Button>
      )}
    </p>
  );
}

function words(keeping: Keeping<unknown>): string {
  switch (keeping.kind) {
    case "clean":
      return t("savesItself");
    case "dirty":
      return t("unsaved");
    case "saving":
      return t("saving");
    case "saved":
      return t("savedAt", { time: momentWords(keeping.at) });
    case "failed":
      return `${t("notSaved", { why: wordsOf(keeping.error) })} ${t("keptHere")}`;
  }
}
