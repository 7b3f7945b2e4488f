/** Makes a chat and sends its first message, as one step: when the message is refused, no empty chat is left behind. */
import { useCallback, useEffect, useRef, useState } from "react";
import { queries } from "@/api/hooks";
import { calls, keepBranch, keepChat, keys, type NewChat, type NewMessage } from "../model/api";
import { newClientId } from "../model/ids";
import type { Chat } from "../model/types";
import { writeSurely } from "./useConversation";

type First = Pick<NewMessage, "text" | "file_ids">;

export type Beginning = {
  pending: string | null;
  error: unknown;
  /** The chat, once its first message was taken; null when it was refused. */
  send: (first: First, chat: NewChat) => Promise<Chat | null>;
};

export function useBeginning(): Beginning {
  const [pending, setPending] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const empty = useRef<string | null>(null);

  const clear = useCallback(() => {
    if (empty.current) void calls.remove(empty.current).catch(() => {});
    empty.current = null;
  }, []);
  useEffect(() => clear, [clear]);

  const send = useCallback(
    async (first: First, wanted: NewChat): Promise<Chat | null> => {
      setError(null);
      setPending(first.text);
      clear();
      try {
        const chat = await calls.create(wanted);
        empty.current = chat.id;
        const pair = await writeSurely(chat.id, { ...first, client_id: newClientId() });
        empty.current = null;
        keepBranch(chat.id, () => [{ data: [pair.message, pair.answer], has_more: false }]);
        keepChat({ ...chat, title: chat.title || first.text.slice(0, 60), head_id: pair.answer.id });
        void queries.invalidateQueries({ queryKey: keys.chat(chat.id), exact: true });
        void queries.invalidateQueries({ queryKey: keys.chats });
        return chat;
      } catch (refused) {
        setError(refused);
        setPending(null);
        return null;
      }
    },
    [clear],
  );
  return { pending, error, send };
}
