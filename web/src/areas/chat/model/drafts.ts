/**
 * What somebody was writing and has not sent, kept for each chat in this browser. Temporary chats leave nothing behind:
 * theirs are kept only as long as the tab. Pure but for the two stores it is given.
 */

export type Draft = { text: string; at: number };

export type Store = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

export const DRAFTS = "tokenry.draft.";
/** Longer drafts are kept by the page alone: a browser has about 5 MB for all of them. */
const LONGEST = 200_000;
const KEPT_MS = 30 * 86_400_000;

export class Drafts {
  readonly #prefix: string;
  readonly #lasting: Store;
  readonly #passing: Store;
  readonly #now: () => number;

  constructor(userId: string, lasting: Store, passing: Store, now: () => number) {
    this.#prefix = `${DRAFTS}${userId}.`;
    this.#lasting = lasting;
    this.#passing = passing;
    this.#now = now;
  }

  read(chat: string): string {
    for (const store of [this.#passing, this.#lasting]) {
      const draft = parsed(store.getItem(this.#prefix + chat));
      if (draft && this.#now() - draft.at < KEPT_MS) return draft.text;
    }
    return "";
  }

  /** Keeps the text; says whether it will survive a closed tab. */
  write(chat: string, text: string, temporary: boolean): boolean {
    const store = temporary ? this.#passing : this.#lasting;
    if (!text) {
      this.forget(chat);
      return true;
    }
    if (text.length > LONGEST) return false;
    try {
      store.setItem(this.#prefix + chat, JSON.stringify({ text, at: this.#now() } satisfies Draft));
      return true;
    } catch {
      return false; // the browser's store is full or shut: the page still has the text
    }
  }

  forget(chat: string): void {
    this.#lasting.removeItem(this.#prefix + chat);
    this.#passing.removeItem(this.#prefix + chat);
  }

  /** Removes drafts that nobody came back to. */
  sweep(): void {
    const old: string[] = [];
    for (let at = 0; at < this.#lasting.length; at++) {
      const key = this.#lasting.key(at);
      if (!key?.startsWith(DRAFTS)) continue;
      const draft = parsed(this.#lasting.getItem(key));
      if (!draft || this.#now() - draft.at >= KEPT_MS) old.push(key);
    }
    for (const key of old) this.#lasting.removeItem(key);
  }
}

function parsed(text: string | null): Draft | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("text" in value) || !("at" in value)) return null;
    return typeof value.text === "string" && typeof value.at === "number" ? { text: value.text, at: value.at } : null;
  } catch {
    return null;
  }
}
