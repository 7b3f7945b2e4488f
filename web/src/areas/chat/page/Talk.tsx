/** The messages of a chat with everything that can be done with them, and the composer under them. */
import { useQuery } from "@tanstack/react-query";
import { ArrowDown } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { ApiError } from "@/api/client";
import { Button, ErrorNote, IconButton } from "@/ui";
import { t } from "@/words/chat";
import { Composer, type ComposerHandle } from "../compose/Composer";
import { useAttachments } from "../compose/useAttachments";
import { useFollowing } from "../live/useLive";
import { type Acts, ActsContext } from "../messages/acts";
import { List } from "../messages/List";
import { type Scroll, useScroll } from "../messages/scroll";
import { calls, keepChat, modelsQuery } from "../model/api";
import { lastOf } from "../model/branch";
import type { Chat, Message } from "../model/types";
import { Picker } from "../models/Picker";
import { isOutOfFunds } from "../money/funds";
import { UsedUp } from "../money/UsedUp";
import { Dialogs, type Opened } from "./dialogs";
import { Foot } from "./Foot";
import { Header } from "./Header";
import { PendingQuestion } from "./PendingQuestion";
import { SettingsButton } from "./SettingsButton";
import { useAnnounced } from "./useAnnounced";
import { type Conversation, useConversation } from "./useConversation";
import { useKeys } from "./useKeys";
import { useShown } from "./useShown";

type Props = {
  chat: Chat;
  messages: readonly Message[];
  /** The message that one came for, from a search. */
  show: string | null;
  more: { has: boolean; loading: boolean; load: () => void };
};

export function Talk({ chat, messages, show, more }: Props) {
  const talk = useConversation(chat.id);
  const scroll = useScroll();
  const composer = useRef<ComposerHandle>(null);
  const [editing, setEditing] = useState<string | null>(null);
  const [opened, setOpened] = useState<Opened>(null);
  const models = useQuery(modelsQuery(chat.project_id)).data;
  const attachments = useAttachments(chat.project_id);
  const last = messages.at(-1) ?? null;
  const running = last?.state === "running" ? last : null;
  const busy = running !== null || talk.pending !== null || talk.acting;
  const [announcement, announce] = useAnnounced(running !== null);
  useFollowing(running, announce);
  useShown(show, messages, more, { walk: talk.walk, bring: scroll.show });

  const acts = useActsOf(talk, scroll, busy, { chat, models: models?.data ?? NONE }, setOpened);
  const { toEnd } = scroll;
  const send = async (text: string, fileIds: string[]) => {
    toEnd();
    return talk.write(text, fileIds, last?.id ?? null);
  };
  const stop = () => running && void talk.stop(running);
  const editLast = () => setEditing(lastOf(messages, (one) => one.role === "user")?.id ?? null);
  useKeys({
    focus: () => composer.current?.focus(),
    stop,
    lastAnswer: () => lastOf(messages, (one) => one.role === "assistant" && one.text !== "")?.text ?? null,
    walk: (step) => walkBranch(messages, step, acts.walk, busy),
    newest: () => toEnd(true),
  });
  useEffect(() => composer.current?.focus(), []);

  return (
    <ActsContext value={acts}>
      <div className="flex h-full flex-col">
        <Header chat={chat} />
        <div className="relative min-h-0 flex-1">
          <List messages={messages} scroll={scroll} editing={editing} onEditing={setEditing} more={more}>
            {talk.pending && <PendingQuestion text={talk.pending.text} />}
          </List>
          {!scroll.atEnd && (
            <div className="absolute inset-x-0 bottom-3 flex justify-center">
              <IconButton
                look="plain"
                className="rounded-full"
                label={running ? t("message.newestWriting") : t("message.newest")}
                onClick={() => toEnd(true)}
              >
                <ArrowDown aria-hidden className={running ? "animate-breathe" : undefined} />
              </IconButton>
            </div>
          )}
        </div>
        <div className="mx-auto w-full max-w-3xl px-3 pb-[max(0.25rem,env(safe-area-inset-bottom))] sm:px-6">
          <Refused talk={talk} chat={chat} onAsk={acts.askMore} />
          <Composer
            ref={composer}
            chat={chat.id}
            temporary={chat.temporary}
            placeholder={t("compose.placeholderOn")}
            running={running !== null}
            busy={talk.acting}
            onSend={send}
            onStop={stop}
            attachments={attachments}
            transcription={models?.transcription ?? null}
            projectId={chat.project_id}
            onUp={editLast}
          >
            <Picker
              models={models?.data ?? NONE}
              chosen={chat.model}
              onChoose={(model) => void calls.change(chat.id, { model }).then(keepChat)}
            />
            <SettingsButton setting={chat} onSave={(setting) => calls.change(chat.id, setting).then(keepChat)} />
          </Composer>
          <Foot chat={chat} projectId={chat.project_id} model={chat.model} onAsk={acts.askMore} />
        </div>
      </div>
      <p aria-live="polite" className="sr-only">
        {announcement}
      </p>
      <Dialogs opened={opened} onOpen={setOpened} projectId={chat.project_id} model={chat.model} />
    </ActsContext>
  );
}

const NONE: never[] = [];

function useActsOf(
  talk: Conversation,
  { hold, toEnd }: Pick<Scroll, "hold" | "toEnd">,
  busy: boolean,
  { chat, models }: { chat: Chat; models: Acts["models"] },
  open: (opened: Opened) => void,
): Acts {
  const { write, again, goOn, walk } = talk;
  return useMemo<Acts>(
    () => ({
      edit: (message, text) => {
        toEnd();
        const files = message.files.map((file) => file.id);
        return write(text, files, message.parent_id);
      },
      again: (answer, model) => {
        toEnd();
        if (answer.parent_id) void again(answer.parent_id, model);
      },
      goOn: (answer) => void goOn(answer),
      walk: (message, to) => {
        hold(message.id, to);
        void walk(to);
      },
      receipt: (of) => open({ kind: "receipt", of }),
      source: (of, all) => open({ kind: "source", of, all }),
      askMore: () => open({ kind: "ask" }),
      projectId: chat.project_id,
      models,
      busy,
    }),
    [write, again, goOn, walk, hold, toEnd, busy, chat.project_id, models, open],
  );
}

/** What the last thing that one did was refused with. */
function Refused({ talk, chat, onAsk }: { talk: Conversation; chat: Chat; onAsk: () => void }) {
  const { error } = talk;
  if (!error) return null;
  if (error instanceof ApiError && isOutOfFunds(error.code)) {
    return (
      <div role="alert" className="mb-3">
        <UsedUp projectId={chat.project_id} model={chat.model} words={error.message} onAsk={onAsk} />
      </div>
    );
  }
  return (
    <div className="mb-3">
      <ErrorNote error={error} />
      <div className="mt-1 flex items-center gap-3 text-sm text-soft">
        <span>{t("compose.notSent")}</span>
        <Button size="small" look="quiet" onClick={talk.dismiss}>
          {t("message.cancel")}
        </Button>
      </div>
    </div>
  );
}

function walkBranch(messages: readonly Message[], step: 1 | -1, walk: Acts["walk"], busy: boolean): void {
  const branching = lastOf(messages, (one) => one.siblings.length > 1);
  if (!branching || busy) return;
  const to = branching.siblings[branching.siblings.indexOf(branching.id) + step];
  if (to) walk(branching, to);
}
