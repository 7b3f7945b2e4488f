import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Search as Glass } from "lucide-react";
import { useEffect, useState } from "react";
import { api } from "@/api/client";
import { Badge, Button, Empty, ErrorNote, Field, Input, Page, Skeleton, When } from "@/ui";
import { t } from "@/words/library";
import type { Hit } from "../lists";

const WAIT_MS = 250; // after the last key, before it is asked for
const PAGE = 20;
const LENGTH_MAX = 200;

export function Search() {
  const { q = "" } = useSearch({ from: "/search" });
  const navigate = useNavigate();
  const [typed, setTyped] = useState(q);

  useEffect(() => {
    const text = typed.trimStart();
    if (text === q) return;
    const timer = setTimeout(
      () => void navigate({ to: "/search", search: text ? { q: text } : {}, replace: true }),
      WAIT_MS,
    );
    return () => clearTimeout(timer);
  }, [typed, q, navigate]);

  return (
    <Page title={t("search")} about={t("searchAbout")} narrow>
      <Field label={t("searchFor")} quiet>
        <Input
          type="search"
          autoFocus
          maxLength={LENGTH_MAX}
          placeholder={t("searchPlaceholder")}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </Field>
      {q.trim() ? (
        <Results q={q} />
      ) : (
        <Empty icon={<Glass aria-hidden />} title={t("searchBegin")}>
          {t("searchBeginWhy")}
        </Empty>
      )}
    </Page>
  );
}

function Results({ q }: { q: string }) {
  const found = useInfiniteQuery({
    queryKey: ["search", q],
    queryFn: ({ pageParam, signal }) =>
      api.get("/v1/tokenry/search", { query: { q, after: pageParam, limit: PAGE }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (before) => before,
  });
  const hits = found.data?.pages.flatMap((page) => page.data) ?? [];
  if (found.error) return <ErrorNote error={found.error} again={() => void found.refetch()} />;
  if (found.isPending) return <Skeleton className="h-40" />;
  return (
    <div>
      <p role="status" className="mb-3 text-sm text-soft">
        {hits.length === 0
          ? t("searchNone", { text: q })
          : found.hasNextPage
            ? t("searchFoundMore", { count: hits.length })
            : t("searchFound", { count: hits.length })}
      </p>
      {hits.length === 0 && <p className="text-soft">{t("searchNoneWhy")}</p>}
      <ol className="flex flex-col gap-2">
        {hits.map((hit) => (
          <HitItem key={hit.message_id ?? hit.chat_id} hit={hit} />
        ))}
      </ol>
      {found.hasNextPage && (
        <p className="mt-4 text-center">
          <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t("searchMore")}
          </Button>
        </p>
      )}
    </div>
  );
}

function HitItem({ hit }: { hit: Hit }) {
  const inTitle = hit.message_id === null;
  const where = inTitle ? "searchInTitle" : hit.role === "user" ? "searchYou" : "searchAnswer";
  return (
    <li className="relative rounded border bg-raised px-4 py-3 focus-within:border-field hover:border-field">
      <p className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
        <Link
          to="/chat/$id"
          params={{ id: hit.chat_id }}
          search={hit.message_id ? { message: hit.message_id } : {}}
          className="min-w-0 font-medium wrap-anywhere text-ink no-underline after:absolute after:inset-0 after:rounded"
        >
          {inTitle ? <Marked snippet={hit.snippet} /> : hit.title || t("untitled")}
        </Link>
        <span className="text-sm text-soft">
          {t(where)} · <When at={hit.at} />
        </span>
        {hit.archived && <Badge>{t("searchArchived")}</Badge>}
      </p>
      {!inTitle && (
        <p className="mt-1 text-[0.9375rem] wrap-anywhere">
          <Marked snippet={hit.snippet} />
        </p>
      )}
    </li>
  );
}

function Marked({ snippet }: { snippet: Hit["snippet"] }) {
  return snippet.map((piece, at) =>
    piece.hit ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text never change their order
      <mark key={at} className="rounded-sm bg-wash font-medium text-ink">
        {piece.text}
      </mark>
    ) : (
      piece.text
    ),
  );
}
