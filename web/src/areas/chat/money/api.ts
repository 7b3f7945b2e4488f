/** What the API tells about one's own budgets and about asking for more. */
import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { queries } from "@/api/hooks";

/** What is left in a project: by its awards and by every budget that counts. */
export function standingQuery(projectId: string | null) {
  return queryOptions({
    queryKey: ["me", "standing", projectId] as const,
    queryFn: ({ signal }) =>
      api.get("/v1/tokenry/me/standing", { query: projectId ? { project_id: projectId } : {}, signal }),
    staleTime: 15_000,
  });
}

export function askedQuery() {
  return queryOptions({
    queryKey: ["me", "limit-requests", "pending"] as const,
    queryFn: ({ signal }) => api.get("/v1/tokenry/me/limit_requests", { query: { state: "pending" }, signal }),
  });
}

export async function askForMore(body: { budget_id: string; limit_usd: string; reason: string }): Promise<void> {
  await api.post("/v1/tokenry/me/limit_requests", { body });
  await queries.invalidateQueries({ queryKey: ["me", "limit-requests"] });
}
