// What this area asks the server for, and how it is called in the query client.
import { queryOptions } from "@tanstack/react-query";
import { api, type Gives } from "@/api/client";
import { allOf } from "@/api/pages";

export type Assistant = Gives<"GET", "/v1/tokenry/assistants/{assistant_id}">;
export type Kind = Assistant["kind"];

export const ASSISTANTS = ["assistants"] as const;
export const ONE = "/v1/tokenry/assistants/{assistant_id}";

const PAGE = 100;

export const assistantsQuery = queryOptions({
  queryKey: ASSISTANTS,
  queryFn: ({ signal }) =>
    allOf((after) => api.get("/v1/tokenry/assistants", { query: { after, limit: PAGE }, signal }), signal),
});

export function assistantQuery(id: string) {
  return queryOptions({
    queryKey: [...ASSISTANTS, id],
    queryFn: ({ signal }) => api.get(ONE, { path: { assistant_id: id }, signal }),
  });
}
