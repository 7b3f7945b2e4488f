/** Brings the message that one came for into sight: it may stand far above, or on another branch. */
import { useEffect, useLayoutEffect, useRef } from "react";
import type { Message } from "../model/types";

type More = { has: boolean; loading: boolean; load: () => void };
type Ways = { walk: (to: string) => Promise<boolean>; bring: (id: string) => void };

export function useShown(show: string | null, messages: readonly Message[], more: More, { walk, bring }: Ways): void {
  const shown = useRef<string | null>(null);
  const walked = useRef<string | null>(null);
  const there = show !== null && messages.some((one) => one.id === show);
  const { has, loading, load } = more;

  useEffect(() => {
    if (show === null || there || loading || shown.current === show) return;
    if (has) load();
    else if (walked.current !== show) {
      walked.current = show; // the shown branch does not hold it
      void walk(show);
    }
  }, [show, there, has, loading, load, walk]);

  useLayoutEffect(() => {
    if (!there || show === null || shown.current === show) return;
    shown.current = show;
    bring(show);
  }, [there, show, bring]);
}
