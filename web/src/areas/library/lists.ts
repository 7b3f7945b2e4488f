// What the pages of this area, and the chats, ask the server for, and how it is called in the query client.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, type Gives } from "@/api/client";
import { allOf } from "@/api/pages";

export type Folder = Gives<"GET", "/v1/tokenry/folders/{folder_id}">;
export type Prompt = Gives<"GET", "/v1/tokenry/prompts/{prompt_id}">;
export type Share = Gives<"POST", "/v1/tokenry/chats/{chat_id}/shares">;
export type SharedChat = Gives<"GET", "/v1/tokenry/shared/{share_id}">;
export type ShownMessage = SharedChat["messages"][number];
export type Hit = Gives<"GET", "/v1/tokenry/search">["data"][number];

export const FOLDERS = ["folders"] as const;
export const PROMPTS = ["prompts"] as const;
export const SHARES = ["shares"] as const;
export const SHARED = ["shared"] as const;

const PAGE = 100;

export const foldersQuery = queryOptions({
  queryKey: FOLDERS,
  queryFn: ({ signal }) =>
    allOf((after) => api.get("/v1/tokenry/folders", { query: { after, limit: PAGE }, signal }), signal),
});

export const promptsQuery = queryOptions({
  queryKey: PROMPTS,
  queryFn: ({ signal }) =>
    allOf((after) => api.get("/v1/tokenry/prompts", { query: { after, limit: PAGE }, signal }), signal),
});

export const sharesQuery = queryOptions({
  queryKey: SHARES,
  queryFn: ({ signal }) =>
    allOf((after) => api.get("/v1/tokenry/shares", { query: { after, limit: PAGE }, signal }), signal),
});

export function useFolders() {
  return useQuery(foldersQuery);
}

/** One's own prompts first, then those that others share. */
export function usePrompts() {
  return useQuery(promptsQuery);
}

export function useShares() {
  return useQuery(sharesQuery);
}

/** The address of what others see of a chat. */
export function linkOf(shareId: string): string {
  return `${window.location.origin}/shared/${shareId}`;
}
