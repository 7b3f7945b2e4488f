/** Work that can wait, a little at a time, so that typing and scrolling never wait for it. */

const SLICE_MS = 8;

/** Resolves when the page has nothing else to do, half a second from now at the latest. */
export function whenIdle(): Promise<void> {
  return new Promise((resolve) => {
    if ("requestIdleCallback" in window) window.requestIdleCallback(() => resolve(), { timeout: 500 });
    else setTimeout(resolve, 30);
  });
}

const waiting = new Map<object, () => void>();
let running = false;

/** Does something for `owner` in its turn; a second wish of the same owner takes the place of the first. */
export function inTurn(owner: object, work: () => void): () => void {
  waiting.set(owner, work);
  if (!running) {
    running = true;
    requestAnimationFrame(slice);
  }
  return () => {
    if (waiting.get(owner) === work) waiting.delete(owner);
  };
}

function slice(): void {
  const until = performance.now() + SLICE_MS;
  for (const [owner, work] of waiting) {
    waiting.delete(owner);
    work();
    if (performance.now() >= until) break;
  }
  running = waiting.size > 0;
  if (running) requestAnimationFrame(slice);
}
