/**
 * The answers that are being written, outside of React: a component watches one by its id and hears of it a few times
 * a second, however many tokens arrive. Knows how events change an answer; who follows them is told by `useLive`.
 */
import type { Message, Source } from "../model/types";

export type AnswerEvent =
  | { type: "text"; text: string }
  | { type: "reasoning"; text: string }
  | { type: "sources"; sources: Source[] }
  | { type: "message"; message: Message };

export type Live = {
  text: string;
  reasoning: string;
  sources: Source[] | null;
  /** Where to go on after a break, in the server's own measure. */
  position: number;
  line: "opening" | "open" | "lost";
};

export type Clock = {
  now: () => number;
  later: (work: () => void, ms: number) => void;
  /** Once what was just told is on the screen. */
  shown: (work: () => void) => void;
};

/** What is written is shown at most so often; more rarely where showing it takes long. */
const SHOW_EVERY_MS = 40;
const SHARE_OF_TIME = 4;

export class LiveAnswers {
  readonly #clock: Clock;
  readonly #now = new Map<string, Live>();
  readonly #shown = new Map<string, Live>();
  readonly #watchers = new Map<string, Set<() => void>>();
  readonly #due = new Set<string>();
  #waiting = false;
  #took = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins with what the message holds; one that was begun before goes on from where it was. */
  begin(message: Pick<Message, "id" | "text" | "reasoning" | "position" | "sources">): Live {
    const before = this.#now.get(message.id);
    const told = message.position ?? 0;
    if (before && before.position >= told) return before;
    const live: Live = {
      text: message.position == null ? "" : message.text,
      reasoning: message.position == null ? "" : (message.reasoning ?? ""),
      sources: message.sources.length ? message.sources : null,
      position: told,
      line: "opening",
    };
    this.#set(message.id, live, true);
    return live;
  }

  get(id: string): Live | null {
    return this.#shown.get(id) ?? null;
  }

  watch(id: string, watcher: () => void): () => void {
    const all = this.#watchers.get(id) ?? new Set();
    this.#watchers.set(id, all.add(watcher));
    return () => {
      all.delete(watcher);
      if (all.size === 0) this.#watchers.delete(id);
    };
  }

  /** Takes one event. `position` is its id. */
  take(id: string, event: AnswerEvent, position: number): void {
    const live = this.#now.get(id);
    if (!live || event.type === "message" || position < live.position) return;
    const next = { ...live, position };
    if (event.type === "text") next.text += event.text;
    else if (event.type === "reasoning") next.reasoning += event.text;
    else next.sources = event.sources;
    this.#set(id, next, false);
  }

  onLine(id: string, line: Live["line"]): void {
    const live = this.#now.get(id);
    if (live && live.line !== line) this.#set(id, { ...live, line }, true);
  }

  /** The answer's last word, shown at once; it stays until whoever shows it has the message itself. */
  finish(message: Pick<Message, "id" | "text" | "reasoning" | "sources">): void {
    const live = this.#now.get(message.id);
    if (!live) return;
    const { text, reasoning, sources } = message;
    this.#set(message.id, { ...live, text, reasoning: reasoning ?? "", sources, line: "open" }, true);
  }

  end(id: string): void {
    this.#now.delete(id);
    this.#shown.delete(id);
    this.#due.delete(id);
    this.#tell(id);
  }

  #set(id: string, live: Live, atOnce: boolean): void {
    this.#now.set(id, live);
    if (atOnce) {
      this.#shown.set(id, live);
      this.#due.delete(id);
      this.#tell(id);
      return;
    }
    this.#due.add(id);
    if (this.#waiting) return;
    this.#waiting = true;
    this.#clock.later(() => this.#show(), Math.max(SHOW_EVERY_MS, this.#took * SHARE_OF_TIME));
  }

  #show(): void {
    this.#waiting = false;
    const started = this.#clock.now();
    for (const id of this.#due) {
      const live = this.#now.get(id);
      if (!live) continue;
      this.#shown.set(id, live);
      this.#tell(id);
    }
    this.#due.clear();
    this.#clock.shown(() => {
      this.#took = this.#clock.now() - started;
    });
  }

  #tell(id: string): void {
    for (const watcher of this.#watchers.get(id) ?? []) watcher();
  }
}
