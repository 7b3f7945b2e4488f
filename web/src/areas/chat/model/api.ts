/** The calls of the chat area and under which names their answers are kept. Knows addresses, no component. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { type Loose, send } from "@/api/client";
import { queries } from "@/api/hooks";
import type { MessagePage } from "./branch";
import type { Chat, Message, Models, Parameters } from "./types";

const BASE = "/v1/tokenry";
const CHAT = `${BASE}/chats/{chat_id}`;
const MESSAGE = `${CHAT}/messages/{message_id}`;
export const PAGE_OF_MESSAGES = 50;

async function ask<Given>(method: "GET" | "POST" | "DELETE", path: string, said?: Loose): Promise<Given> {
  const response = await send(method, path, said);
  return (await response.json()) as Given;
}

export type Listed<Item> = { data: Item[]; has_more: boolean; last_id?: string | null };

export type NewMessage = {
  text: string;
  file_ids: string[];
  parent_id?: string | null;
  model?: string;
  parameters?: Parameters;
  client_id: string;
};

export type ChatChange = Partial<
  Pick<Chat, "title" | "folder_id" | "model" | "system" | "parameters" | "pinned" | "archived" | "temporary">
>;

export type NewChat = {
  project_id?: string;
  model?: string;
  folder_id?: string;
  assistant_id?: string;
  system?: string;
  parameters?: Parameters;
  temporary?: boolean;
};

export const calls = {
  create: (body: NewChat) => ask<Chat>("POST", `${BASE}/chats`, { body }),
  change: (chat_id: string, body: ChatChange) => ask<Chat>("POST", CHAT, { path: { chat_id }, body }),
  remove: (chat_id: string) => ask<unknown>("DELETE", CHAT, { path: { chat_id } }),
  write: (chat_id: string, body: NewMessage) =>
    ask<{ message: Message; answer: Message }>("POST", `${CHAT}/messages`, { path: { chat_id }, body }),
  again: (chat_id: string, message_id: string, model: string | undefined) =>
    ask<Message>("POST", `${MESSAGE}/answers`, { path: { chat_id, message_id }, body: model ? { model } : {} }),
  stop: (chat_id: string, message_id: string) =>
    ask<Message>("POST", `${MESSAGE}/stop`, { path: { chat_id, message_id } }),
  goOn: (chat_id: string, message_id: string) =>
    ask<Message>("POST", `${MESSAGE}/continue`, { path: { chat_id, message_id }, body: {} }),
  newest: (chat_id: string) =>
    ask<MessagePage>("GET", `${CHAT}/messages`, { path: { chat_id }, query: { limit: PAGE_OF_MESSAGES } }),
  walk: (chat_id: string, message_id: string) =>
    ask<Chat>("POST", `${CHAT}/head`, { path: { chat_id }, body: { message_id } }),
  message: (chat_id: string, message_id: string) => ask<Message>("GET", MESSAGE, { path: { chat_id, message_id } }),
};

export function eventsAddress(chatId: string, messageId: string, after: number): string {
  return `${BASE}/chats/${encodeURIComponent(chatId)}/messages/${encodeURIComponent(messageId)}/events?after=${after}`;
}

export const keys = {
  chats: ["chats"] as const,
  chat: (id: string) => ["chat", id] as const,
  messages: (id: string) => ["chat", id, "messages"] as const,
  models: (projectId: string | null) => ["chat-models", projectId] as const,
  receipts: (chatId: string, messageId: string) => ["chat", chatId, "receipts", messageId] as const,
  standing: ["me", "standing"] as const,
};

export function chatQuery(id: string) {
  return queryOptions({
    queryKey: keys.chat(id),
    queryFn: ({ signal }) => ask<Chat>("GET", CHAT, { path: { chat_id: id }, signal }),
  });
}

/** The branch that is shown, its newest page first. It is fetched again only when the chat's head moved elsewhere. */
export function branchQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: keys.messages(id),
    queryFn: ({ pageParam, signal }) =>
      ask<MessagePage>("GET", `${CHAT}/messages`, {
        path: { chat_id: id },
        query: { before: pageParam, limit: PAGE_OF_MESSAGES },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => (page.has_more ? (page.data[0]?.id ?? null) : null),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Has a chat and its newest messages brought, so that they are there when its page is. What fails is asked again there. */
export function fetchAhead(id: string): void {
  void queries.prefetchQuery(chatQuery(id));
  void queries.prefetchInfiniteQuery(branchQuery(id));
}

export function chatsQuery(which: { archived?: boolean; temporary?: boolean } = {}) {
  return infiniteQueryOptions({
    queryKey: [...keys.chats, which] as const,
    queryFn: ({ pageParam, signal }) =>
      ask<Listed<Chat>>("GET", `${BASE}/chats`, { query: { after: pageParam, limit: 40, ...which }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => (page.has_more ? (page.data.at(-1)?.id ?? null) : null),
  });
}

export function modelsQuery(projectId: string | null) {
  return queryOptions({
    queryKey: keys.models(projectId),
    queryFn: ({ signal }) => ask<Models>("GET", `${BASE}/me/models`, { query: { project_id: projectId }, signal }),
    staleTime: 60_000,
  });
}

export type Project = { id: string; name: string; refusal: string | null };

export function projectsQuery() {
  return queryOptions({
    queryKey: ["me", "projects"] as const,
    queryFn: ({ signal }) => ask<{ data: Project[] }>("GET", `${BASE}/me/projects`, { signal }),
    staleTime: 60_000,
  });
}

/** Puts a branch into the cache as if it had been fetched. */
export function keepBranch(chatId: string, change: (pages: readonly MessagePage[]) => readonly MessagePage[]): void {
  queries.setQueryData(branchQuery(chatId).queryKey, (before) => {
    const pages = change(before?.pages ?? [{ data: [], has_more: false }]);
    if (before && pages === before.pages) return before;
    const params = pages.map((_, at) => before?.pageParams[at] ?? null);
    return { pages: [...pages], pageParams: params };
  });
}

export function keepChat(chat: Chat): void {
  queries.setQueryData(chatQuery(chat.id).queryKey, chat);
  queries.setQueriesData<{ pages: Listed<Chat>[]; pageParams: unknown[] }>({ queryKey: keys.chats }, (before) => {
    if (!before) return before;
    const pages = before.pages.map((page) => ({
      ...page,
      data: page.data.map((one) => (one.id === chat.id ? chat : one)),
    }));
    return { ...before, pages };
  });
}
