/** One chat: its messages, and where one goes on writing. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useRef } from "react";
import { ApiError } from "@/api/client";
import { Lost } from "@/shell/lost";
import { ErrorNote, Skeleton, useTitle } from "@/ui";
import { t } from "@/words/chat";
import { branchQuery, chatQuery } from "../model/api";
import { inOrder } from "../model/branch";
import { Talk } from "./Talk";

export function ChatPage() {
  const { id } = useParams({ from: "/chat/$id" });
  const { message } = useSearch({ from: "/chat/$id" });
  return <OneChat key={id} id={id} show={message ?? null} />;
}

function OneChat({ id, show }: { id: string; show: string | null }) {
  const chat = useQuery(chatQuery(id));
  const branch = useInfiniteQuery(branchQuery(id));
  const messages = useMemo(() => inOrder(branch.data?.pages ?? []), [branch.data]);
  useTitle(chat.data?.title || t("chat.untitled"));
  useHeadMovedElsewhere(chat.data?.head_id ?? null, messages.at(-1)?.id ?? null, branch.refetch);
  const error = chat.error ?? branch.error;
  if (error instanceof ApiError && error.status === 404) return <Lost />;
  if (error && !chat.data) {
    return (
      <div className="mx-auto max-w-3xl p-6">
        <ErrorNote
          error={error}
          again={() => {
            void chat.refetch();
            void branch.refetch();
          }}
        />
      </div>
    );
  }
  if (!chat.data || !branch.data) return <Opening />;
  return (
    <Talk
      chat={chat.data}
      messages={messages}
      show={show}
      more={{ has: branch.hasNextPage, loading: branch.isFetchingNextPage, load: () => void branch.fetchNextPage() }}
    />
  );
}

function Opening() {
  return (
    <div aria-busy className="mx-auto flex max-w-3xl flex-col gap-4 px-6 pt-16">
      <Skeleton className="ml-auto h-10 w-1/2" />
      <Skeleton className="h-4 w-full" />
      <Skeleton className="h-4 w-4/5" />
    </div>
  );
}

/** Another tab or device went on with the chat: what is shown is fetched anew, once for each such step. */
function useHeadMovedElsewhere(head: string | null, last: string | null, refetch: () => unknown): void {
  const known = useRef<string | null>(null);
  useEffect(() => {
    if (head === null || last === null || head === last || known.current === head) return;
    const wait = setTimeout(() => {
      known.current = head;
      void refetch();
    }, 400); // what this tab did itself arrives in two steps
    return () => clearTimeout(wait);
  }, [head, last, refetch]);
}
