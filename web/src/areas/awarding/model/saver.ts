// Saves what is being written: a little after one stops, one save at a time, the last words always among what is saved.

export type Keeping<T> =
  | { kind: "clean" }
  | { kind: "dirty" }
  | { kind: "saving" }
  | { kind: "saved"; at: number }
  | { kind: "failed"; error: unknown; value: T };

const DELAY_MS = 1_000;

export interface Clock {
  now(): number;
  after(ms: number, work: () => void): () => void;
}

const CLOCK: Clock = {
  now: () => Date.now() / 1000,
  after(ms, work) {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};

export class Saver<T> {
  state: Keeping<T> = { kind: "clean" };
  private waiting: { value: T } | null = null;
  private running: Promise<void> | null = null;
  private cancel: (() => void) | null = null;
  private readonly watchers = new Set<() => void>();

  constructor(
    private readonly save: (value: T) => Promise<unknown>,
    private readonly clock: Clock = CLOCK,
  ) {}

  /** Whether something newer than what is being saved is there. */
  get isWaiting(): boolean {
    return this.waiting !== null;
  }

  /** There is something newer to save. */
  offer(value: T): void {
    this.waiting = { value };
    if (!this.running) this.become({ kind: "dirty" });
    this.cancel?.();
    this.cancel = this.clock.after(DELAY_MS, () => void this.flush().catch(() => {})); // its state tells of it
  }

  /** Saves what waits, now. Throws what the last save threw. */
  async flush(): Promise<void> {
    this.cancel?.();
    this.cancel = null;
    while (this.running) await this.running.catch(() => {});
    if (!this.waiting) {
      if (this.state.kind === "failed") throw this.state.error;
      return;
    }
    this.running = this.write(this.waiting.value);
    try {
      await this.running;
    } finally {
      this.running = null;
    }
    if (this.waiting) await this.flush(); // typed while it was being saved
  }

  /** What failed is tried again. */
  again(): Promise<void> {
    if (this.state.kind === "failed") this.waiting ??= { value: this.state.value };
    return this.flush();
  }

  /** Nothing is to be saved any more: it was handed in, or thrown away. */
  stop(): void {
    this.cancel?.();
    this.cancel = null;
    this.waiting = null;
    this.become({ kind: "clean" });
  }

  watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  private async write(value: T): Promise<void> {
    this.waiting = null;
    this.become({ kind: "saving" });
    try {
      await this.save(value);
      this.become(this.waiting ? { kind: "dirty" } : { kind: "saved", at: this.clock.now() });
    } catch (error) {
      this.become({ kind: "failed", error, value });
      throw error;
    }
  }

  private become(state: Keeping<T>): void {
    this.state = state;
    for (const watcher of this.watchers) watcher();
  }
}
