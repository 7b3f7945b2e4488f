/** Files that are being put beside a message: how far each is, and what is done about it. Knows no page and no server. */

export type AttachmentState = "waiting" | "sending" | "reading" | "ready" | "failed";

export type Attachment = {
  key: string;
  name: string;
  size: number;
  state: AttachmentState;
  /** Whole percent of the sending. */
  progress?: number;
  fileId?: string;
  /** Why it failed, in words. */
  error?: string;
  /** What holds of it although it is ready, in words. */
  note?: string;
  /** The same file can be sent again. */
  again?: boolean;
};

export type Attachments = {
  all: readonly Attachment[];
  /** How many were left out, because a message holds only so many. */
  left: number;
  add: (files: readonly File[]) => void;
  remove: (key: string) => void;
  retry: (key: string) => void;
  clear: () => void;
  /** Puts files that were attached before back beside the message. */
  restore: (all: readonly Attachment[]) => void;
  /** Something is still on its way, or failed and was not taken away: nothing can be sent with it. */
  sending: boolean;
  /** Ids of those that can be sent along. */
  ready: string[];
};

/** What the server says of a file. */
export type Kept = {
  id: string;
  state: "reading" | "ready" | "failed";
  error: string | null;
  note: string | null;
  found_by: "words" | "words_and_meaning" | null;
};

export type Said = { error: string; again: boolean };

export type Sender = {
  send: (file: File, onProgress: (percent: number) => void, signal: AbortSignal) => Promise<Kept>;
  look: (fileId: string, signal: AbortSignal) => Promise<Kept>;
  forget: (fileId: string) => void;
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** What went wrong, in words, and whether the same may work when it is tried again. */
  words: (error: unknown) => Promise<Said>;
};

const AT_ONCE = 3;
const LOOKS_MS = [250, 500, 1000, 1500, 2000] as const;

type Snapshot = Pick<Attachments, "all" | "left">;

/** The files beside one message. A store that components watch. */
export class Tray {
  private now: Snapshot = { all: [], left: 0 };
  private readonly watchers = new Set<() => void>();
  private readonly files = new Map<string, File>();
  private readonly stops = new Map<string, AbortController>();
  private made = 0;

  constructor(
    private readonly sender: Sender,
    private readonly most: number,
  ) {}

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  readonly current = (): Snapshot => this.now;

  readonly add = (files: readonly File[]): void => {
    const room = Math.max(0, this.most - this.now.all.length);
    const taken = files.slice(0, room).map((file): Attachment => {
      this.made += 1;
      const key = `${Date.now().toString(36)}-${this.made}`;
      this.files.set(key, file);
      return { key, name: file.name, size: file.size, state: "waiting" };
    });
    this.become({ all: [...this.now.all, ...taken], left: files.length - taken.length });
    this.begin();
  };

  readonly remove = (key: string): void => {
    const gone = this.now.all.find((one) => one.key === key);
    this.stops.get(key)?.abort();
    this.files.delete(key);
    if (gone?.fileId) this.sender.forget(gone.fileId);
    this.become({ all: this.now.all.filter((one) => one.key !== key), left: 0 });
    this.begin();
  };

  readonly retry = (key: string): void => {
    const one = this.now.all.find((each) => each.key === key);
    if (one?.state !== "failed" || !this.files.has(key)) return;
    this.put({ key, name: one.name, size: one.size, state: "waiting" });
    this.begin();
  };

  readonly clear = (): void => this.become({ all: [], left: 0 });

  readonly restore = (all: readonly Attachment[]): void => this.become({ all: [...all, ...this.now.all], left: 0 });

  /** What the server has, another list shows: it is not beside a message any more. */
  readonly settle = (): void =>
    this.become({ ...this.now, all: this.now.all.filter((one) => one.fileId === undefined) });

  /** The page goes: what is on its way stops. */
  readonly close = (): void => {
    for (const stop of this.stops.values()) stop.abort();
  };

  private begin(): void {
    for (const one of this.now.all) {
      if (this.stops.size >= AT_ONCE) return;
      if (one.state === "waiting") void this.work(one);
    }
  }

  private async work(one: Attachment): Promise<void> {
    const file = this.files.get(one.key);
    if (!file) return;
    const stop = new AbortController();
    this.stops.set(one.key, stop);
    this.put({ ...one, state: "sending", progress: 0 });
    try {
      const kept = await this.sender.send(file, (progress) => this.change(one.key, { progress }), stop.signal);
      this.stops.delete(one.key);
      this.begin();
      await this.follow(one.key, kept, stop.signal);
    } catch (error) {
      if (!stop.signal.aborted) this.change(one.key, { state: "failed", ...(await this.sender.words(error)) });
    } finally {
      this.stops.delete(one.key);
      this.begin();
    }
  }

  /** Looks until the server has read it. */
  private async follow(key: string, first: Kept, signal: AbortSignal): Promise<void> {
    let kept = first;
    for (let turn = 0; kept.state === "reading"; turn += 1) {
      this.change(key, { state: "reading", fileId: kept.id });
      await this.sender.wait(LOOKS_MS[Math.min(turn, LOOKS_MS.length - 1)] ?? 2000, signal);
      kept = await this.sender.look(kept.id, signal);
    }
    if (kept.state === "failed") {
      this.change(key, { state: "failed", fileId: kept.id, error: kept.error ?? "", again: false });
      return;
    }
    // That only its words find it is nothing to act on here; where files are looked after, it is said.
    const said = kept.found_by === "words" ? null : kept.note;
    this.change(key, { state: "ready", fileId: kept.id, ...(said && { note: said }) });
  }

  private change(key: string, changes: Partial<Attachment>): void {
    const one = this.now.all.find((each) => each.key === key);
    if (one) this.put({ ...one, ...changes });
  }

  private put(next: Attachment): void {
    this.become({ ...this.now, all: this.now.all.map((one) => (one.key === next.key ? next : one)) });
  }

  private become(next: Snapshot): void {
    this.now = next;
    for (const watcher of this.watchers) watcher();
  }
}

/** Whether a message with these cannot be sent yet. */
export function holdsBack(all: readonly Attachment[]): boolean {
  return all.some((one) => one.state === "waiting" || one.state === "sending" || one.state === "failed");
}

/** The files that go along with a message. */
export function readyIds(all: readonly Attachment[]): string[] {
  return all.flatMap((one) => (one.fileId && (one.state === "ready" || one.state === "reading") ? [one.fileId] : []));
}
