/** The newest chats of the archive, and temporary ones as long as they are there. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "@/ui";
import { t } from "@/words/chat";
import { chatsQuery } from "../model/api";
import { Row } from "./Row";

export default function Aside() {
  return (
    <>
      <Some title={t("list.temporary")} which={{ temporary: true }} />
      <Some title={t("list.archived")} which={{ archived: true }} />
    </>
  );
}

function Some({ title, which }: { title: string; which: { archived?: boolean; temporary?: boolean } }) {
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(chatsQuery(which));
  const chats = data?.pages.flatMap((page) => page.data) ?? [];
  if (!data) return null;
  return (
    <div className="mt-1">
      <h2 className="px-2.5 pb-1 text-xs font-medium text-soft">{title}</h2>
      {chats.length === 0 && <p className="px-2.5 py-1 text-sm text-soft">{t("list.noneAside")}</p>}
      <ul>
        {chats.map((chat) => (
          <Row key={chat.id} chat={chat} />
        ))}
      </ul>
      {hasNextPage && (
        <Button
          size="small"
          look="quiet"
          className="w-full"
          busy={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {t("list.more")}
        </Button>
      )}
    </div>
  );
}
