import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Unlink } from "lucide-react";
import { useState } from "react";
import { ApiError, api } from "@/api/client";
import { queries } from "@/api/hooks";
import { Button, Empty, ErrorNote, Page, Skeleton, When } from "@/ui";
import { t } from "@/words/library";
import { SHARED, type SharedChat } from "../lists";
import { ShownMessages } from "./ShownMessages";
import { WithdrawShare } from "./WithdrawShare";

const PAGE = 50;

/** A chat that a member shows: as it was then, read-only. */
export function Shared() {
  const { id } = useParams({ from: "/shared/$id" });
  const found = useInfiniteQuery({
    queryKey: [...SHARED, id],
    queryFn: ({ pageParam, signal }) =>
      api.get("/v1/tokenry/shared/{share_id}", {
        path: { share_id: id },
        query: { after: pageParam, limit: PAGE },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const first = found.data?.pages[0];
  if (found.error instanceof ApiError && found.error.status === 404) {
    return (
      <Page title={t("shares")} narrow>
        <Empty icon={<Unlink aria-hidden />} title={t("sharedGone")}>
          {t("sharedGoneWhy")}
        </Empty>
      </Page>
    );
  }
  return (
    <Page
      title={first ? first.title || t("untitled") : t("shares")}
      about={first && <Whose shared={first} />}
      actions={first?.mine && <Withdraw shared={first} />}
      narrow
    >
      {found.error && <ErrorNote error={found.error} again={() => void found.refetch()} />}
      {found.isPending && <Skeleton className="h-60" />}
      {found.data && <ShownMessages messages={found.data.pages.flatMap((page) => page.messages)} />}
      {found.hasNextPage && (
        <p className="text-center">
          <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t("sharedMore")}
          </Button>
        </p>
      )}
    </Page>
  );
}

function Whose({ shared }: { shared: SharedChat }) {
  return (
    <>
      {shared.mine ? t("sharedByYou") : t("sharedBy", { name: shared.by })} · <When at={shared.shared_at} as="day" />,{" "}
      {t("sharedAsOf")}
    </>
  );
}

function Withdraw({ shared }: { shared: SharedChat }) {
  const navigate = useNavigate();
  const [asked, setAsked] = useState(false);
  return (
    <>
      <Button look="bad" onClick={() => setAsked(true)}>
        {t("shareWithdraw")}
      </Button>
      {asked && (
        <WithdrawShare
          share={shared}
          onClose={() => setAsked(false)}
          onGone={() => void navigate({ to: "/shared" }).then(() => queries.removeQueries({ queryKey: SHARED }))}
        />
      )}
    </>
  );
}
