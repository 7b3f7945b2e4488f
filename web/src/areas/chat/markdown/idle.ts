/** Work that can wait, a little at a time, so that typing and scrolling never wait for it. */

const SLICE_MS = 8;

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

/** The same for work whose result is waited for. */
export function doneInTurn<Result>(work: () => Result): Promise<Result> {
  return new Promise((resolve, reject) => {
    inTurn({}, () => {
      try {
        resolve(work());
      } catch (error) {
        reject(error);
      }
    });
  });
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
