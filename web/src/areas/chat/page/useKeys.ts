/** The keys of a chat. All have a modifier or belong to no text, so that they are never typed by mistake. */
import { useEffect, useEffectEvent } from "react";
import { copyText, toast } from "@/ui";
import { t } from "@/words/chat";

export type KeyActs = {
  focus: () => void;
  stop: () => void;
  /** The text of the last answer. */
  lastAnswer: () => string | null;
  walk: (step: 1 | -1) => void;
  newest: () => void;
};

export function useKeys(acts: KeyActs): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || document.querySelector("dialog[open], :popover-open")) return;
    const act = actOf(event, acts);
    if (!act) return;
    event.preventDefault();
    act();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    document.addEventListener("keydown", listener);
    return () => document.removeEventListener("keydown", listener);
  }, []);
}

/** By the place of a key, where its letter depends on the language of the keyboard. */
function actOf(event: KeyboardEvent, acts: KeyActs): (() => void) | null {
  if (event.key === "Escape") return event.shiftKey ? acts.focus : acts.stop;
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return null;
  switch (event.code) {
    case "KeyC":
      return () => copyLast(acts.lastAnswer());
    case "BracketLeft":
      return () => acts.walk(-1);
    case "BracketRight":
      return () => acts.walk(1);
    case "ArrowDown":
      return acts.newest;
    default:
      return null;
  }
}

function copyLast(text: string | null): void {
  if (text === null) return;
  copyText(text).then(() => toast.done(t("copied")), toast.failed);
}
