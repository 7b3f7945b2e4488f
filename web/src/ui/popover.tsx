// Something that opens beside a button, in the browser's own top layer: it closes when one clicks elsewhere or presses
// Escape, and gives the focus back, all by the browser itself.
import {
  cloneElement,
  createContext,
  type HTMLAttributes,
  type ReactElement,
  type ReactNode,
  type RefObject,
  useContext,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { cx } from "./cx";
import { placed, type Wish } from "./placing";

/** Keeps the floating element beside the element that opens it, as long as it is open. */
function usePlaced(
  floating: RefObject<HTMLElement | null>,
  anchorId: string,
  open: boolean,
  { side, align }: Wish,
): void {
  useLayoutEffect(() => {
    if (!open) return;
    function place() {
      const [it, anchor] = [floating.current, document.getElementById(anchorId)];
      if (!it || !anchor) return;
      it.style.maxHeight = "";
      const view = { width: document.documentElement.clientWidth, height: window.innerHeight };
      const { left, top, room } = placed(anchor.getBoundingClientRect(), it.getBoundingClientRect(), view, {
        side,
        align,
      });
      it.style.left = `${left}px`;
      it.style.top = `${top}px`;
      it.style.maxHeight = `${room}px`;
    }
    place();
    window.addEventListener("resize", place);
    window.addEventListener("scroll", place, true);
    const seen = new ResizeObserver(place);
    if (floating.current) seen.observe(floating.current);
    return () => {
      window.removeEventListener("resize", place);
      window.removeEventListener("scroll", place, true);
      seen.disconnect();
    };
  }, [floating, anchorId, open, side, align]);
}

const CloseContext = createContext<() => void>(() => {});

/** Closes the popover or menu that one is in. */
export function useClose(): () => void {
  return useContext(CloseContext);
}

interface Opener extends HTMLAttributes<HTMLElement> {
  id?: string;
  popoverTarget?: string;
}

export interface PopoverProps {
  /** The button that opens it. */
  trigger: ReactElement;
  /** What it is, read aloud. */
  label?: string;
  align?: Wish["align"];
  side?: Wish["side"];
  className?: string;
  children: ReactNode;
  /** How it presents itself; a menu says `menu`. */
  role?: "dialog" | "menu";
  onOpened?: (it: HTMLElement) => void;
  onKeyDown?: HTMLAttributes<HTMLElement>["onKeyDown"];
}

export function Popover(props: PopoverProps) {
  const { trigger, role = "dialog", align = "end", side = "bottom", onOpened } = props;
  const [open, setOpen] = useState(false);
  const it = useRef<HTMLDivElement>(null);
  const id = useId();
  const own = trigger as ReactElement<Opener>;
  const openerId = own.props.id ?? `${id}-opener`;
  usePlaced(it, openerId, open, { side, align });

  useEffect(() => {
    if (open && it.current) onOpened?.(it.current);
  }, [open, onOpened]);

  function openByKey(event: React.KeyboardEvent<HTMLElement>) {
    own.props.onKeyDown?.(event);
    if (role !== "menu" || event.defaultPrevented || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    event.preventDefault();
    it.current?.showPopover({ source: event.currentTarget });
  }

  return (
    <>
      {cloneElement(own, {
        id: openerId,
        popoverTarget: id,
        "aria-haspopup": role,
        "aria-expanded": open,
        onKeyDown: openByKey,
      })}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it is never static: its role is a dialog's or a menu's */}
      <div
        ref={it}
        id={id}
        popover="auto"
        role={role}
        {...(props.label ? { "aria-label": props.label } : { "aria-labelledby": openerId })}
        tabIndex={-1}
        onKeyDown={props.onKeyDown}
        onToggle={(event) => setOpen(event.newState === "open")}
        className={cx(
          "fixed inset-auto m-0 overflow-y-auto rounded border bg-raised text-[0.9375rem] text-ink outline-none",
          "open:animate-rise",
          props.className,
        )}
      >
        {open && (
          <CloseContext.Provider value={() => it.current?.hidePopover()}>{props.children}</CloseContext.Provider>
        )}
      </div>
    </>
  );
}
