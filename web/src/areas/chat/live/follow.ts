/**
 * Follows the answer that a server is writing, over as many connections as it takes: after a break it asks for what
 * comes after the last event it has, so that nothing is lost and nothing comes twice. Knows the protocol, no page.
 */
import { EventReader } from "./events";

export type Follower<Event> = {
  /** The address of the events behind the last one that was seen. */
  address: (after: number) => string;
  /** The id of the last event that is known already. */
  after: number;
  /** Takes an event and its id; true = it was the last. */
  onEvent: (event: Event, id: number) => boolean;
  onLine: (line: "open" | "lost") => void;
  signal: AbortSignal;
};

export type World = {
  fetch: (address: string, init: RequestInit) => Promise<Response>;
  /** Resolves after so many milliseconds, sooner when the network is back, and rejects when the signal says stop. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  random: () => number;
};

export type Ended = { how: "whole" | "stopped" } | { how: "refused"; response: Response };

/** Without a byte for so long, a connection is taken for dead: the server sends a comment every fifteen seconds. */
const SILENCE_MS = 45_000;
const LONGEST_PAUSE_MS = 15_000;

/** Follows until the last event came, the signal says stop, or the server refuses in a way that waiting cannot mend. */
export async function follow<Event>(follower: Follower<Event>, world: World): Promise<Ended> {
  const { signal } = follower;
  let after = follower.after;
  for (let failures = 0; !signal.aborted; failures++) {
    const before = after;
    try {
      const ended = await connect(follower, world, after, (id) => {
        after = id;
      });
      if (ended) return ended;
    } catch (error) {
      if (signal.aborted) break;
      if (!isOfTheNetwork(error)) throw error;
    }
    if (after > before) failures = 0;
    follower.onLine("lost");
    try {
      await world.sleep(pause(failures, world.random()), signal);
    } catch {
      break;
    }
  }
  return { how: "stopped" };
}

/** Grows from half a second to fifteen, and is spread so that a whole house does not come back in one moment. */
export function pause(failures: number, random: number): number {
  const full = Math.min(LONGEST_PAUSE_MS, 500 * 2 ** Math.min(failures, 10));
  return Math.round(full * (0.5 + random / 2));
}

async function connect<Event>(
  follower: Follower<Event>,
  world: World,
  after: number,
  seen: (id: number) => void,
): Promise<Ended | null> {
  const line = new AbortController();
  const stop = () => line.abort();
  follower.signal.addEventListener("abort", stop, { once: true });
  let silence = setTimeout(stop, SILENCE_MS);
  try {
    const response = await world.fetch(follower.address(after), {
      signal: line.signal,
      headers: { Accept: "text/event-stream" },
      cache: "no-store",
    });
    if (isWorthWaiting(response.status)) return null;
    if (!response.ok || !response.body) return { how: "refused", response };
    follower.onLine("open");
    const events = new EventReader();
    const pieces = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await pieces.read();
      clearTimeout(silence);
      if (done) return null;
      silence = setTimeout(stop, SILENCE_MS);
      for (const event of events.push(value)) {
        const id = Number(event.id ?? Number.NaN);
        const said = JSON.parse(event.data) as Event;
        if (follower.onEvent(said, id)) return { how: "whole" };
        if (Number.isFinite(id)) seen(id);
      }
    }
  } finally {
    clearTimeout(silence);
    follower.signal.removeEventListener("abort", stop);
    line.abort();
  }
}

function isWorthWaiting(status: number): boolean {
  return status === 429 || status === 408 || status >= 500;
}

function isOfTheNetwork(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof DOMException && error.name !== "SyntaxError");
}
