/** Which messages are near enough to what is seen to be drawn. One observer for all of them. */
import { createContext, useContext, useEffect, useState } from "react";

/** So far above and below what is seen, messages are drawn already. */
const AHEAD = "150% 0px";

export class Nearness {
  readonly #watchers = new Map<Element, (near: boolean) => void>();
  readonly #observer: IntersectionObserver;

  constructor(root: Element) {
    this.#observer = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) this.#watchers.get(entry.target)?.(entry.isIntersecting);
      },
      { root, rootMargin: AHEAD },
    );
  }

  watch(element: Element, watcher: (near: boolean) => void): () => void {
    this.#watchers.set(element, watcher);
    this.#observer.observe(element);
    return () => {
      this.#watchers.delete(element);
      this.#observer.unobserve(element);
    };
  }
}

export const NearnessContext = createContext<Nearness | null>(null);

/**
 * The height of a message that is far away, to hold its place; null = it is near and drawn. `guess` is its height before
 * it was ever drawn.
 */
export function useFar(element: Element | null, guess: number | null): number | null {
  const nearness = useContext(NearnessContext);
  const [far, setFar] = useState(guess);
  useEffect(() => {
    if (!element || !nearness) return;
    return nearness.watch(element, (near) => setFar(near ? null : element.getBoundingClientRect().height));
  }, [element, nearness]);
  return far;
}
