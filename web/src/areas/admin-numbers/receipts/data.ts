// Requests as the list shows them, page by page.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, type Gives } from "@/api/client";
import { dayIn } from "../dashboard/asked";
import { type Scope, useZone } from "../dashboard/data";
import { type RequestsQuery, requestsOf, type Sought } from "./sought";

export type Requests = Gives<"GET", "/v1/tokenry/requests">;
export type Request = Requests["data"][number];

const PAGE = 50;
const RUNNING_MS = 3_000; // what runs now is looked at again so often

export function useRequests(scope: Scope, sought: Sought) {
  const zone = useZone();
  const query = useMemo<RequestsQuery>(
    () => ({ ...requestsOf(sought, dayIn(zone)), whose: scope === "mine" ? "mine" : "visible" }),
    [sought, scope, zone],
  );
  const found = useInfiniteQuery({
    queryKey: ["receipts", query],
    queryFn: ({ pageParam, signal }) =>
      api.get("/v1/tokenry/requests", { query: { ...query, limit: PAGE, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    refetchInterval: sought.state === "running" ? RUNNING_MS : false,
  });
  const rows = useMemo(() => found.data?.pages.flatMap((page) => page.data), [found.data]);
  return { found, query, rows, detailSince: found.data?.pages[0]?.detail_since ?? null };
}
