/** What is read aloud: that an answer is being written, and once, at its end, what it says. */
import { useCallback, useState } from "react";
import { t } from "@/words/chat";
import type { Message } from "../model/types";

/** So much of an answer is read aloud; the rest is read like any text. */
const READ = 1_500;

export function useAnnounced(running: boolean): [string, (message: Message) => void] {
  const [ended, setEnded] = useState("");
  const announce = useCallback((message: Message) => {
    const bad = message.state === "broken" || message.state === "failed";
    setEnded(bad ? t("say.broken") : t("say.done", { text: message.text.slice(0, READ) }));
  }, []);
  return [running ? t("say.writing") : ended, announce];
}
