/** What one does in a chat: writes, edits, has it answered again, stops, goes on, walks. Knows the calls, no element. */
import { useCallback, useState } from "react";
import { ApiError, Unreachable } from "@/api/client";
import { queries } from "@/api/hooks";
import { toast } from "@/ui";
import { keepAnswer } from "../live/useLive";
import { calls, keepBranch, keepChat, keys, type NewMessage } from "../model/api";
import { grown, withMessage } from "../model/branch";
import { newClientId } from "../model/ids";
import type { Message } from "../model/types";
import { isOutOfFunds } from "../money/funds";

export type Pending = { text: string; parentId: string | null };

export type Conversation = {
  pending: Pending | null;
  /** What the last thing that one did was refused with. */
  error: unknown;
  dismiss: () => void;
  acting: boolean;
  write: (text: string, fileIds: string[], parentId: string | null) => Promise<boolean>;
  again: (questionId: string, model?: string) => Promise<boolean>;
  goOn: (answer: Message) => Promise<boolean>;
  stop: (answer: Message) => Promise<boolean>;
  walk: (to: string) => Promise<boolean>;
};

export function useConversation(chatId: string): Conversation {
  const [pending, setPending] = useState<Pending | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [acting, setActing] = useState(false);

  const act = useCallback(async (work: () => Promise<unknown>, shown: (error: unknown) => void): Promise<boolean> => {
    setActing(true);
    try {
      await work();
      return true;
    } catch (refused) {
      shown(refused);
      return false;
    } finally {
      setActing(false);
    }
  }, []);

  /** Out of funds is a card; whatever else an answer was refused with is told in passing. */
  const refused = useCallback((error: unknown) => {
    if (error instanceof ApiError && isOutOfFunds(error.code)) setError(error);
    else toast.failed(error);
  }, []);

  const changed = useCallback(() => {
    void queries.invalidateQueries({ queryKey: keys.chat(chatId), exact: true });
    void queries.invalidateQueries({ queryKey: keys.chats });
  }, [chatId]);

  const write = useCallback(
    (text: string, fileIds: string[], parentId: string | null) => {
      setError(null);
      setPending({ text, parentId });
      return act(async () => {
        try {
          const body = { text, file_ids: fileIds, parent_id: parentId, client_id: newClientId() };
          const pair = await writeSurely(chatId, body);
          keepBranch(chatId, (pages) => grown(pages, parentId, [pair.message, pair.answer]));
          changed();
        } finally {
          setPending(null);
        }
      }, setError);
    },
    [act, changed, chatId],
  );

  const again = useCallback(
    (questionId: string, model?: string) => {
      setError(null);
      return act(async () => {
        const answer = await calls.again(chatId, questionId, model);
        keepBranch(chatId, (pages) => grown(pages, questionId, [answer]));
        changed();
      }, refused);
    },
    [act, changed, refused, chatId],
  );

  const goOn = useCallback(
    (answer: Message) => {
      setError(null);
      return act(async () => {
        const running = await calls.goOn(chatId, answer.id);
        keepBranch(chatId, (pages) => withMessage(pages, running));
        changed();
      }, refused);
    },
    [act, changed, refused, chatId],
  );

  const stop = useCallback(
    (answer: Message) =>
      act(async () => {
        const stopped = await calls.stop(chatId, answer.id);
        if (stopped.state !== "running") keepAnswer(stopped); // else its last word comes with the events
      }, toast.failed),
    [act, chatId],
  );

  const walk = useCallback(
    (to: string) =>
      act(async () => {
        const chat = await calls.walk(chatId, to);
        const newest = await calls.newest(chatId);
        keepBranch(chatId, () => [newest]);
        keepChat(chat);
      }, toast.failed),
    [act, chatId],
  );

  const dismiss = useCallback(() => setError(null), []);
  return { pending, error, dismiss, acting, write, again, goOn, stop, walk };
}

/** Sends a message, and once more when nobody answered: by its client id the server knows that it is the same. */
export async function writeSurely(chatId: string, body: NewMessage): Promise<{ message: Message; answer: Message }> {
  try {
    return await calls.write(chatId, body);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    return calls.write(chatId, body);
  }
}
