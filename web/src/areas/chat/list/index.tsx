/** One's chats in the bar on the left: by day, pinned ones first. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo, useState } from "react";
import { Button } from "@/ui";
import { locale } from "@/words";
import { t } from "@/words/chat";
import { chatsQuery } from "../model/api";
import { byDay, type Period } from "../model/days";
import { Row } from "./Row";

const Aside = lazy(() => import("./Aside"));

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
      <PutAside />
    </section>
  );
}

/** Chats that are in the archive, and temporary ones: fetched when one looks for them. */
function PutAside() {
  const [open, setOpen] = useState(false);
  return (
    <details className="mt-3" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="min-h-11 cursor-pointer rounded px-2.5 py-2 text-xs text-soft select-none hover:text-ink md:min-h-8">
        {t("list.aside")}
      </summary>
      {open && (
        <Suspense fallback={null}>
          <Aside />
        </Suspense>
      )}
    </details>
  );
}

function periodWords(period: Period): string {
  if (period.kind !== "older") return t(`list.${period.kind}`);
  const format = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric" });
  return format.format(new Date(period.year, period.month));
}
