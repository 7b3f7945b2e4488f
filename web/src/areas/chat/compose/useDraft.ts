/** The text that is being written, kept in this browser so that no reload, crash or expired session loses it. */
import { useCallback, useEffect, useRef, useState } from "react";
import { useMe } from "@/api/hooks";
import { Drafts } from "../model/drafts";

const KEEP_AFTER_MS = 300;

export type TextDraft = {
  text: string;
  setText: (text: string) => void;
  /** It was sent: nothing is kept of it any more, but what was typed since. */
  sent: () => void;
};

export function useDraft(chat: string, temporary: boolean): TextDraft {
  const userId = useMe().id ?? "local";
  const [drafts] = useState(() => new Drafts(userId, localStorage, sessionStorage, Date.now));
  const [text, set] = useState(() => drafts.read(chat));
  const now = useRef({ text, chat, temporary, kept: true });
  now.current.temporary = temporary;

  const keep = useCallback(() => {
    if (now.current.kept) return;
    drafts.write(now.current.chat, now.current.text, now.current.temporary);
    now.current.kept = true;
  }, [drafts]);

  useEffect(() => {
    const timer = setInterval(keep, KEEP_AFTER_MS);
    window.addEventListener("pagehide", keep);
    drafts.sweep();
    return () => {
      clearInterval(timer);
      window.removeEventListener("pagehide", keep);
      keep();
    };
  }, [keep, drafts]);

  const setText = useCallback((next: string) => {
    now.current.text = next;
    now.current.kept = false;
    set(next);
  }, []);

  const sent = useCallback(() => {
    now.current.kept = false;
    keep();
  }, [keep]);

  return { text, setText, sent };
}
