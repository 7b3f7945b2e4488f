/** One's chats in the bar on the left: by day, pinned ones first. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { memo, useMemo, useState } from "react";
import { Button } from "@/ui";
import { locale } from "@/words";
import { t } from "@/words/chat";
import { chatsQuery } from "../model/api";
import { byDay, type Period } from "../model/days";
import type { Chat } from "../model/types";
import { ChatMenu } from "../page/ChatMenu";
import { Rename } from "../page/Rename";

export default function ChatList() {
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useInfiniteQuery(chatsQuery());
  const chats = useMemo(() => data?.pages.flatMap((page) => page.data) ?? null, [data]);
  const groups = useMemo(() => byDay(chats ?? [], new Date()), [chats]);
  if (error) {
    return (
      <p className="px-2.5 py-2 text-sm text-soft">
        {t("list.failed")}{" "}
        <button type="button" className="link" onClick={() => void refetch()}>
          {t("list.again")}
        </button>
      </p>
    );
  }
  if (!chats) return null;
  return (
    <section aria-label={t("list")}>
      {chats.length === 0 && <p className="px-2.5 py-2 text-sm text-soft">{t("list.none")}</p>}
      {groups.map((group) => (
        <div key={periodWords(group.period)} className="mt-3">
          <h2 className="px-2.5 pb-1 text-xs font-medium text-soft">{periodWords(group.period)}</h2>
          <ul>
            {group.items.map((chat) => (
              <Row key={chat.id} chat={chat} />
            ))}
          </ul>
        </div>
      ))}
      {hasNextPage && (
        <Button
          size="small"
          look="quiet"
          className="mt-2 w-full"
          busy={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {t("list.more")}
        </Button>
      )}
    </section>
  );
}

const Row = memo(function Row({ chat }: { chat: Chat }) {
  const [renaming, setRenaming] = useState(false);
  const title = chat.title || t("chat.untitled");
  return (
    <li className="group/row relative flex items-center">
      <Link
        to="/chat/$id"
        params={{ id: chat.id }}
        title={title}
        className="min-h-11 min-w-0 flex-1 truncate rounded py-2.5 pr-11 pl-2.5 text-[0.9375rem] leading-6 text-ink no-underline -outline-offset-2 hover:bg-code md:min-h-9 md:py-1.5 md:pr-9 aria-[current=page]:bg-wash aria-[current=page]:font-medium"
      >
        {title}
      </Link>
      <span className="absolute right-0 opacity-0 group-focus-within/row:opacity-100 group-hover/row:opacity-100 has-[[data-state=open]]:opacity-100 pointer-coarse:opacity-100">
        <ChatMenu chat={chat} onRename={() => setRenaming(true)} />
      </span>
      {renaming && <Rename chat={chat} onClose={() => setRenaming(false)} />}
    </li>
  );
});

function periodWords(period: Period): string {
  if (period.kind !== "older") return t(`list.${period.kind}`);
  const format = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric" });
  return format.format(new Date(period.year, period.month));
}
