/** The chat's title, what kind of chat it is, and its menu. On a phone they stand in the shell's bar. */
import { useQuery } from "@tanstack/react-query";
import { Hourglass } from "lucide-react";
import { useState } from "react";
import { createPortal } from "react-dom";
import { queries } from "@/api/hooks";
import { Badge, Button, toast, useNow } from "@/ui";
import { agoWords } from "@/ui/time";
import { t } from "@/words/chat";
import { type ChatChange, calls, keepChat, keys } from "../model/api";
import type { Chat } from "../model/types";
import { ChatMenu } from "./ChatMenu";
import { Rename } from "./Rename";
import { useWide } from "./useWide";
import { assistantQuery } from "./Where";

export function Header({ chat }: { chat: Chat }) {
  const [renaming, setRenaming] = useState(false);
  const wide = useWide();
  const title = chat.title || t("chat.untitled");
  const menu = <ChatMenu chat={chat} onRename={() => setRenaming(true)} />;
  const rename = renaming && <Rename chat={chat} onClose={() => setRenaming(false)} />;
  const bar = document.getElementById("top-bar");
  if (!wide && bar) {
    return (
      <>
        {createPortal(
          <>
            <h1 tabIndex={-1} className="min-w-0 truncate text-sm font-medium outline-none">
              {title}
            </h1>
            {menu}
          </>,
          bar,
        )}
        <Notes chat={chat} />
        {rename}
      </>
    );
  }
  return (
    <>
      <header className="flex h-12 shrink-0 items-center gap-2 border-b px-4">
        <h1 tabIndex={-1} className="min-w-0 truncate text-[0.9375rem] font-medium outline-none">
          {title}
        </h1>
        {chat.assistant_id && <AssistantBadge id={chat.assistant_id} />}
        {chat.shared && <Badge>{t("chat.shared")}</Badge>}
        <span className="flex-1" />
        {menu}
      </header>
      <Notes chat={chat} />
      {rename}
    </>
  );
}

function AssistantBadge({ id }: { id: string }) {
  const { data } = useQuery({ ...assistantQuery(id), staleTime: 60_000 });
  return data ? <Badge tone="act">{data.name}</Badge> : null;
}

function Notes({ chat }: { chat: Chat }) {
  const now = useNow();
  if (!chat.temporary && !chat.archived) return null;
  const keep = (change: ChatChange) =>
    void calls.change(chat.id, change).then((kept) => {
      keepChat(kept);
      void queries.invalidateQueries({ queryKey: keys.chats });
    }, toast.failed);
  return (
    <div className="flex shrink-0 flex-wrap items-center justify-center gap-x-3 gap-y-1 border-b bg-code px-4 py-1.5 text-sm">
      {chat.temporary && chat.expires_at !== null && (
        <>
          <p className="flex items-center gap-2" title={t("temporary.what")}>
            <Hourglass aria-hidden className="size-4 text-soft" />
            {t("temporary.until", { when: agoWords(chat.expires_at, now) })}
          </p>
          <Button size="small" onClick={() => keep({ temporary: false })}>
            {t("temporary.keep")}
          </Button>
        </>
      )}
      {chat.archived && (
        <>
          <p>{t("chat.archivedNote")}</p>
          <Button size="small" onClick={() => keep({ archived: false })}>
            {t("chat.unarchive")}
          </Button>
        </>
      )}
    </div>
  );
}
