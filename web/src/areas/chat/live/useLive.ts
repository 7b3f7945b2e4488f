/** Ties an answer that is being written to the page: follows it while it is shown, and keeps its last word. */
import { useEffect, useEffectEvent, useSyncExternalStore } from "react";
import { errorOf } from "@/api/client";
import { queries } from "@/api/hooks";
import { sessionEnded } from "@/api/session";
import { calls, eventsAddress, keepBranch, keys } from "../model/api";
import { withMessage } from "../model/branch";
import type { Message } from "../model/types";
import { type AnswerEvent, type Live, LiveAnswers } from "./answers";
import { follow, type World } from "./follow";

export const answers = new LiveAnswers({
  now: () => performance.now(),
  later: (work, ms) => void setTimeout(() => requestAnimationFrame(work), ms),
  shown: (work) => void setTimeout(work), // behind the frame that is being made: it began in one
});

const world: World = {
  fetch: (address, init) => fetch(address, { ...init, credentials: "same-origin" }),
  random: Math.random,
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(done, ms);
      function done() {
        clearTimeout(timer);
        window.removeEventListener("online", done);
        signal.removeEventListener("abort", stop);
        resolve();
      }
      function stop() {
        done();
        reject(signal.reason);
      }
      window.addEventListener("online", done);
      signal.addEventListener("abort", stop);
    }),
};

/** What an answer says now, as long as it is being written; else null. */
export function useLive(id: string): Live | null {
  return useSyncExternalStore(
    (watcher) => answers.watch(id, watcher),
    () => answers.get(id),
  );
}

/** Follows an answer while it is shown. `onEnd` hears its last word. */
export function useFollowing(message: Message | null, onEnd: (message: Message) => void): void {
  const id = message?.state === "running" ? message.id : null;
  // One answer is followed once, whatever is known of it since.
  const begin = useEffectEvent((signal: AbortSignal) => {
    if (message) void followAnswer(message, signal).then((whole) => whole && onEnd(whole));
  });
  useEffect(() => {
    if (!id) return;
    const stop = new AbortController();
    begin(stop.signal);
    return () => stop.abort();
  }, [id]);
}

async function followAnswer(message: Message, signal: AbortSignal): Promise<Message | null> {
  const { id, chat_id } = message;
  const live = answers.begin(message);
  let whole: Message | null = null;
  const ended = await follow<AnswerEvent>(
    {
      address: (after) => eventsAddress(chat_id, id, after),
      after: live.position,
      onEvent: (event, position) => {
        if (event.type === "message") whole = event.message;
        else answers.take(id, event, position);
        return event.type === "message";
      },
      onLine: (line) => answers.onLine(id, line),
      signal,
    },
    world,
  );
  if (ended.how === "stopped") return null;
  if (ended.how === "refused") {
    if (ended.response.status === 401) sessionEnded();
    const error = await errorOf(ended.response);
    whole = await calls.message(chat_id, id).catch(() => null);
    whole ??= { ...message, state: "broken", error: { code: error.code, message: error.message } };
  }
  if (whole) keepAnswer(whole);
  return whole;
}

/** The answer is whole: it takes the place of what was shown, and the sums are asked for anew. */
export function keepAnswer(message: Message): void {
  answers.finish(message);
  keepBranch(message.chat_id, (pages) => withMessage(pages, message));
  setTimeout(() => answers.end(message.id), 1_000);
  void queries.invalidateQueries({ queryKey: keys.chat(message.chat_id), exact: true });
  void queries.invalidateQueries({ queryKey: keys.chats });
  void queries.invalidateQueries({ queryKey: keys.standing });
}
