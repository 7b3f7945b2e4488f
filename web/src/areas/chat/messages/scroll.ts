/**
 * Keeps what one reads where it is, while messages above and below grow, come and go. At the end it stays at the end;
 * elsewhere nothing moves. The browser's own anchoring is off: not every browser has it, and two would fight.
 */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

/** So near to the end, one is at the end. */
const NEAR_PX = 64;

/** What is read: the first message that is seen, and how far below the scroller's upper edge it begins. */
type Anchor = { element: Element; offset: number };

class Keeper {
  sticks = true;
  #box: HTMLElement | null = null;
  #list: HTMLElement | null = null;
  #anchor: Anchor | null = null;
  #held: { id: string; offset: number } | null = null;
  #lastTop = 0;
  readonly #observer: ResizeObserver;
  readonly #onAtEnd: (atEnd: boolean) => void;

  constructor(onAtEnd: (atEnd: boolean) => void) {
    this.#onAtEnd = onAtEnd;
    this.#observer = new ResizeObserver(() => this.settle());
  }

  box = (box: HTMLElement | null) => {
    if (this.#box) {
      this.#box.removeEventListener("scroll", this.#onScroll);
      this.#observer.unobserve(this.#box);
    }
    this.#box = box;
    if (!box) return;
    box.addEventListener("scroll", this.#onScroll, { passive: true });
    this.#observer.observe(box);
  };

  list = (list: HTMLElement | null) => {
    this.#list = list;
  };

  /** Each message's element is told here, once it stands in the page. */
  item = (item: HTMLElement): (() => void) => {
    this.#observer.observe(item);
    return () => this.#observer.unobserve(item);
  };

  /** After anything changed its height: back to the end, or to where one was reading. */
  settle(): void {
    const box = this.#box;
    if (!box) return;
    const held = this.#held && document.getElementById(this.#held.id);
    if (this.#held && held) {
      this.#anchor = { element: held, offset: this.#held.offset };
      this.#held = null;
    }
    if (this.sticks) this.#moveTo(box.scrollHeight);
    else if (this.#anchor?.element.isConnected) {
      const moved = this.#offsetOf(this.#anchor.element) - this.#anchor.offset;
      if (Math.abs(moved) >= 1) this.#moveTo(box.scrollTop + moved);
    }
    this.#onAtEnd(this.sticks || gapOf(box) <= NEAR_PX);
  }

  toEnd(smooth: boolean): void {
    const box = this.#box;
    this.sticks = true;
    this.#onAtEnd(true);
    if (!box) return;
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const near = box.scrollHeight - box.scrollTop < 4 * box.clientHeight;
    if (smooth && near && !calm) box.scrollTo({ top: box.scrollHeight, behavior: "smooth" });
    else this.#moveTo(box.scrollHeight);
  }

  /** What will stand in the place of `id` begins where `id` does now. */
  hold(id: string, next: string): void {
    const element = document.getElementById(id);
    if (!element) return;
    this.sticks = false;
    this.#held = { id: next, offset: this.#offsetOf(element) };
  }

  /** Brings a message into sight and stays there. */
  show(id: string): void {
    const element = document.getElementById(id);
    if (!element || !this.#box) return;
    this.sticks = false;
    this.#anchor = { element, offset: 24 };
    this.settle();
  }

  stop(): void {
    this.#observer.disconnect();
  }

  #onScroll = () => {
    const box = this.#box;
    if (!box) return;
    const gap = gapOf(box);
    const up = box.scrollTop < this.#lastTop - 1;
    this.#lastTop = box.scrollTop;
    if (up && gap > 2) this.sticks = false;
    else if (gap <= NEAR_PX) this.sticks = true;
    this.#anchor = this.#read();
    this.#onAtEnd(this.sticks || gap <= NEAR_PX);
  };

  #moveTo(top: number): void {
    if (!this.#box) return;
    this.#box.scrollTop = top;
    this.#lastTop = this.#box.scrollTop;
  }

  #offsetOf(element: Element): number {
    return element.getBoundingClientRect().top - (this.#box?.getBoundingClientRect().top ?? 0);
  }

  /** The first message whose end is still to be seen, found by halving. */
  #read(): Anchor | null {
    const items = this.#list?.children;
    if (!items?.length) return null;
    let low = 0;
    let high = items.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const item = items[middle];
      if (item && this.#offsetOf(item) + item.clientHeight > 0) high = middle;
      else low = middle + 1;
    }
    const element = items[low];
    return element ? { element, offset: this.#offsetOf(element) } : null;
  }
}

function gapOf(box: HTMLElement): number {
  return box.scrollHeight - box.scrollTop - box.clientHeight;
}

export type Scroll = {
  box: (element: HTMLElement | null) => void;
  list: (element: HTMLElement | null) => void;
  item: (element: HTMLElement) => () => void;
  atEnd: boolean;
  toEnd: (smooth?: boolean) => void;
  hold: (id: string, next: string) => void;
  show: (id: string) => void;
};

export function useScroll(): Scroll {
  const [atEnd, setAtEnd] = useState(true);
  const kept = useRef<Keeper>(null);
  kept.current ??= new Keeper(setAtEnd);
  const keeper = kept.current;
  const toEnd = useCallback((smooth = false) => keeper.toEnd(smooth), [keeper]);
  const hold = useCallback((id: string, next: string) => keeper.hold(id, next), [keeper]);
  const show = useCallback((id: string) => keeper.show(id), [keeper]);
  useEffect(() => () => keeper.stop(), [keeper]);
  const { box, list, item } = keeper;
  return useMemo(() => ({ box, list, item, atEnd, toEnd, hold, show }), [box, list, item, atEnd, toEnd, hold, show]);
}
