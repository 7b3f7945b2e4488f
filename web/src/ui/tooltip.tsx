// A few words about what is pointed at or focused by keyboard: one element for the whole page, in the top layer.
import { cloneElement, type HTMLAttributes, type ReactElement, type ReactNode, useEffect, useRef } from "react";
import { placed } from "./placing";

const AFTER_MS = 500;
type Tipped = HTMLAttributes<HTMLElement> & { "data-tip"?: string };

/** Never the only place where something is said: who reads by ear hears it as the label or as a description. */
export function Tooltip({ text, children }: { text: string; children: ReactElement }) {
  const child = children as ReactElement<Tipped>;
  const said = child.props["aria-label"] === text ? {} : { "aria-description": text };
  return cloneElement(child, { "data-tip": text, ...said });
}

function tippedAt(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-tip]") : null;
}

/** Once in the page, around everything. */
export function TooltipHouse({ children }: { children: ReactNode }) {
  const tip = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let over: HTMLElement | null = null;

    function hide() {
      clearTimeout(timer);
      over = null;
      if (tip.current?.matches(":popover-open")) tip.current.hidePopover();
    }
    function show(it: HTMLElement) {
      const element = tip.current;
      if (!element || !it.isConnected || it.getAttribute("aria-expanded") === "true") return;
      element.textContent = it.dataset.tip ?? "";
      element.showPopover();
      const view = { width: document.documentElement.clientWidth, height: window.innerHeight };
      const box = it.getBoundingClientRect();
      const size = element.getBoundingClientRect();
      const centre = {
        left: box.left + (box.width - size.width) / 2,
        top: box.top,
        width: size.width,
        height: box.height,
      };
      const { left, top } = placed(centre, size, view, { side: "bottom", align: "start" });
      element.style.left = `${left}px`;
      element.style.top = `${top}px`;
    }
    function point(event: PointerEvent) {
      const it = event.pointerType === "mouse" ? tippedAt(event.target) : null;
      if (it === over) return;
      hide();
      if (!it) return;
      over = it;
      timer = setTimeout(show, AFTER_MS, it);
    }
    function focus(event: FocusEvent) {
      const it = tippedAt(event.target);
      hide();
      if (it?.matches(":focus-visible")) show(it);
    }
    const listeners: [string, (event: never) => void][] = [
      ["pointerover", point],
      ["focusin", focus],
      ["focusout", hide],
      ["pointerdown", hide],
      ["keydown", hide],
      ["scroll", hide],
    ];
    for (const [name, act] of listeners) document.addEventListener(name, act as EventListener, true);
    return () => {
      hide();
      for (const [name, act] of listeners) document.removeEventListener(name, act as EventListener, true);
    };
  }, []);
  return (
    <>
      {children}
      <div
        ref={tip}
        popover="manual"
        role="tooltip"
        className="pointer-events-none fixed inset-auto m-0 max-w-72 rounded-sm border-0 bg-ink px-2 py-1 text-ground text-xs"
      />
    </>
  );
}
