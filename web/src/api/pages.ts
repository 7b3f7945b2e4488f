// Lists that come page by page, and acts that change something: the two things pages do with the API.
import { type QueryKey, useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { toast } from "@/ui/toast";
import { queries } from "./hooks";

export interface PageOf<Row> {
  data: Row[];
  has_more: boolean;
  last_id: string | null;
}

type FetchPage<Row> = (after: string | undefined, signal: AbortSignal) => Promise<PageOf<Row>>;

/** What `Table` takes of a list: the rows that are there, and how more of them come. */
export function usePages<Row>(queryKey: QueryKey, fetchPage: FetchPage<Row>, enabled = true) {
  const found = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => fetchPage(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => (last.has_more ? (last.last_id ?? undefined) : undefined),
    enabled,
  });
  return {
    rows: found.data?.pages.flatMap((page) => page.data),
    loading: found.isPending && enabled,
    error: found.error,
    again: () => void found.refetch(),
    more: found.hasNextPage ? () => void found.fetchNextPage() : undefined,
    loadingMore: found.isFetchingNextPage,
  };
}

const PAGES_MAX = 50;

/** The whole of a list, for choosing from. */
export async function allOf<Row>(fetchPage: FetchPage<Row>, signal: AbortSignal): Promise<Row[]> {
  const rows: Row[] = [];
  let after: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const one = await fetchPage(after, signal);
    rows.push(...one.data);
    if (!one.has_more || one.last_id === null) break;
    after = one.last_id;
  }
  return rows;
}

export interface ActTerms<Asked, Given> {
  /** What is asked for anew once it is done. */
  stale: readonly QueryKey[];
  /** What is said in passing once it is done. */
  said?: (given: Given, asked: Asked) => string;
  next?: (given: Given, asked: Asked) => void;
  /** What went wrong is shown by the page itself, and not in passing. */
  shows?: boolean;
}

/** Something that changes what the server knows: lists that show it are asked for anew before it counts as done. */
export function useAct<Asked = void, Given = unknown>(
  act: (asked: Asked) => Promise<Given>,
  terms: ActTerms<Asked, Given>,
) {
  return useMutation({
    mutationFn: async (asked: Asked) => {
      const given = await act(asked);
      await Promise.all(terms.stale.map((queryKey) => queries.invalidateQueries({ queryKey })));
      return given;
    },
    onSuccess: (given, asked) => {
      if (terms.said) toast.done(terms.said(given, asked));
      terms.next?.(given, asked);
    },
    onError: (error) => {
      if (!terms.shows) toast.failed(error);
    },
  });
}
