/** Files that lie somewhere, as the server tells them. */
import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { queries } from "@/api/hooks";
import type { WorkspaceFileShape } from "@/api/schema";

export type WorkspaceFile = WorkspaceFileShape;

export const FILES = ["workspace-files"] as const;
const PATH = "/v1/tokenry/workspace_files";
const READING_EVERY_MS = 1500;

export type Where = { folder_id: string } | { assistant_id: string };

/** All files in a folder or an assistant, asked for anew while some are being read. */
export function filesQuery(where: Where) {
  return queryOptions({
    queryKey: [...FILES, where],
    queryFn: async ({ signal }) => {
      const rows: WorkspaceFile[] = [];
      let after: string | undefined;
      do {
        const page = await api.get(PATH, { query: { ...where, limit: 200, ...(after && { after }) }, signal });
        rows.push(...page.data);
        after = page.has_more && page.last_id ? page.last_id : undefined;
      } while (after);
      return rows;
    },
    refetchInterval: (query) => (query.state.data?.some((one) => one.state === "reading") ? READING_EVERY_MS : false),
  });
}

/** How much one may leave, and how much one has left. */
export function roomQuery() {
  return queryOptions({
    queryKey: [...FILES, "room"],
    queryFn: ({ signal }) => api.get("/v1/tokenry/me/files", { signal }),
    staleTime: 60_000,
  });
}

export function passageQuery(fileId: string, passageId: string) {
  return queryOptions({
    queryKey: [...FILES, fileId, passageId],
    queryFn: ({ signal }) =>
      api.get(`${PATH}/{file_id}/passages/{passage_id}`, {
        path: { file_id: fileId, passage_id: passageId },
        signal,
      }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function removeFile(fileId: string): Promise<unknown> {
  return api.delete(`${PATH}/{file_id}`, { path: { file_id: fileId } });
}

/** Where the file itself can be saved from. */
export function contentAddress(fileId: string): string {
  return `${PATH}/${encodeURIComponent(fileId)}/content`;
}

export function filesChanged(): void {
  void queries.invalidateQueries({ queryKey: FILES });
}
