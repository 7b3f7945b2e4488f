/**
 * The branch of a chat that is shown: pages of messages, newest page first, and what happens to them when somebody
 * writes, edits, or an answer ends. Pure; where pages come from is not told here.
 */
import type { Message } from "./types";

export type MessagePage = { data: Message[]; has_more: boolean };

/** All messages that were loaded, oldest first. */
export function inOrder(pages: readonly MessagePage[]): Message[] {
  const all: Message[] = [];
  for (let at = pages.length - 1; at >= 0; at--) all.push(...(pages[at]?.data ?? []));
  return all;
}

/** Where a message stands among the ones that could stand in its place: from 1. */
export function place(message: Pick<Message, "id" | "siblings">): {
  number: number;
  of: number;
  previous: string | null;
  next: string | null;
} {
  const at = message.siblings.indexOf(message.id);
  if (at < 0) return { number: 1, of: 1, previous: null, next: null };
  return {
    number: at + 1,
    of: message.siblings.length,
    previous: message.siblings[at - 1] ?? null,
    next: message.siblings[at + 1] ?? null,
  };
}

/** The pages with this message as it is now; the same pages when it is in none of them. */
export function withMessage(pages: readonly MessagePage[], message: Message): readonly MessagePage[] {
  let found = false;
  const changed = pages.map((page) => {
    const at = page.data.findIndex((one) => one.id === message.id);
    if (at < 0) return page;
    found = true;
    return { ...page, data: page.data.with(at, message) };
  });
  return found ? changed : pages;
}

/**
 * The pages with new messages behind `parentId`, and without what stood there: an edit or another answer begins a
 * branch of its own. Null stands for the chat's beginning.
 */
export function grown(
  pages: readonly MessagePage[],
  parentId: string | null,
  added: readonly Message[],
): readonly MessagePage[] {
  if (parentId === null) return [{ data: [...added], has_more: false }];
  const here = pages.findIndex((page) => page.data.some((one) => one.id === parentId));
  if (here < 0) return pages;
  const page = pages[here] as MessagePage;
  const upTo = page.data.findIndex((one) => one.id === parentId) + 1;
  const cut = { ...page, data: [...page.data.slice(0, upTo), ...added] };
  return [cut, ...pages.slice(here + 1)];
}

/** The last message that matches, or null. */
export function lastOf(messages: readonly Message[], matches: (message: Message) => boolean): Message | null {
  for (let at = messages.length - 1; at >= 0; at--) {
    const message = messages[at];
    if (message && matches(message)) return message;
  }
  return null;
}
