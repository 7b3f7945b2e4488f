import { useQuery } from "@tanstack/react-query";
import { Link, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "@/api/client";
import { ShownMessages } from "@/areas/library/share/ShownMessages";
import { accessesQuery } from "@/areas/me/privacy/lists";
import { Button, Card, Empty, ErrorNote, Page, Skeleton, When } from "@/ui";
import { t } from "@/words/privacy";

const CHATS = "/v1/tokenry/content_grants/{grant_id}/chats";

/** A member's chats, read by leave. Nothing is asked for before one says so, whatever link led here: each look is told. */
export function Reading() {
  const { id } = useParams({ from: "/admin/reading/$id" });
  const { chat } = useSearch({ from: "/admin/reading/$id" });
  const [started, setStarted] = useState(false);
  const grants = useQuery(accessesQuery);
  const grant = grants.data?.may_read.find((one) => one.id === id);
  const name = grant?.user ?? t("somebody");
  return (
    <Page title={t("reading", { name })} about={t("readingAbout", { name })} narrow>
      {grants.error && <ErrorNote error={grants.error} />}
      {grant && (
        <p className="rounded bg-bad-ground px-4 py-2.5 text-bad">{t("readingWhy", { reason: grant.reason })}</p>
      )}
      {started && chat && <OneChat grantId={id} chatId={chat} />}
      {started && !chat && <Chats grantId={id} />}
      {!started && (
        <Empty
          title={t("readingStart")}
          action={
            <Button look="main" onClick={() => setStarted(true)}>
              {t("readingStart")}
            </Button>
          }
        >
          {t("readingStartWhy", { name })}
        </Empty>
      )}
    </Page>
  );
}

/** Asked for once: each look is a reading that is told to the member. */
const ONCE = { staleTime: Number.POSITIVE_INFINITY, refetchOnWindowFocus: false, retry: false } as const;

function Chats({ grantId }: { grantId: string }) {
  const found = useQuery({
    queryKey: ["reading", grantId],
    queryFn: ({ signal }) => api.get(CHATS, { path: { grant_id: grantId }, signal }),
    ...ONCE,
  });
  if (found.error) return <ErrorNote error={found.error} />;
  if (found.isPending) return <Skeleton className="h-40" />;
  if (found.data.data.length === 0) return <Empty title={t("readingNone")}>{t("readingNoneWhy")}</Empty>;
  return (
    <Card flush>
      <ul>
        {found.data.data.map((one) => (
          <li key={one.id} className="border-t first:border-t-0">
            <Link
              to="/admin/reading/$id"
              params={{ id: grantId }}
              search={{ chat: one.id }}
              preload={false}
              className="flex min-h-11 items-center justify-between gap-4 px-4 py-2 text-ink no-underline -outline-offset-2 hover:bg-code"
            >
              <span className="min-w-0 truncate">{one.title || t("untitled")}</span>
              <span className="shrink-0 text-sm text-soft">
                <When at={one.updated_at} as="day" />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function OneChat({ grantId, chatId }: { grantId: string; chatId: string }) {
  const found = useQuery({
    queryKey: ["reading", grantId, chatId],
    queryFn: ({ signal }) => api.get(`${CHATS}/{chat_id}`, { path: { grant_id: grantId, chat_id: chatId }, signal }),
    ...ONCE,
  });
  return (
    <>
      <p>
        <Link to="/admin/reading/$id" params={{ id: grantId }} className="link">
          {t("readingBack")}
        </Link>
      </p>
      {found.error && <ErrorNote error={found.error} />}
      {found.isPending && <Skeleton className="h-40" />}
      {found.data && (
        <ShownMessages
          messages={found.data.data.map((one) => ({
            ...one,
            role: one.role === "user" ? "user" : "assistant",
            sources: [],
          }))}
        />
      )}
    </>
  );
}
