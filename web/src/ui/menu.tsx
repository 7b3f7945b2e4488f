// Acts behind a button, as the ARIA practices have menus: arrows, Home, End and letters move, Enter and Space act.
import {
  cloneElement,
  type HTMLAttributes,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  useCallback,
} from "react";
import { cx } from "./cx";
import { Popover, useClose } from "./popover";

export interface MenuProps {
  /** The button that opens it. */
  trigger: ReactElement;
  align?: "start" | "end";
  side?: "top" | "bottom";
  className?: string;
  children: ReactNode;
}

const ITEMS = '[role^="menuitem"]:not([aria-disabled="true"])';

function itemsOf(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>(ITEMS)];
}

/** Which item a key leads to; undefined = the key is none of a menu's. Pure but for the names of items. */
export function reached(key: string, names: readonly string[], at: number): number | undefined {
  const count = names.length;
  if (count === 0) return undefined;
  if (key === "ArrowDown") return (at + 1) % count;
  if (key === "ArrowUp") return at <= 0 ? count - 1 : at - 1;
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  if (key.length !== 1 || key === " ") return undefined;
  const wanted = key.toLowerCase();
  const order = names.map((_, index) => (at + 1 + index) % count);
  return order.find((index) => names[index]?.trim().toLowerCase().startsWith(wanted));
}

export function Menu({ className, children, ...rest }: MenuProps) {
  const onOpened = useCallback((menu: HTMLElement) => itemsOf(menu)[0]?.focus(), []);

  function press(event: KeyboardEvent<HTMLElement>) {
    const menu = event.currentTarget;
    if (event.key === "Tab") {
      menu.hidePopover();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const items = itemsOf(menu);
    const at = items.indexOf(document.activeElement as HTMLElement);
    const to = reached(
      event.key,
      items.map((item) => item.textContent ?? ""),
      at,
    );
    if (to === undefined) return;
    event.preventDefault();
    items[to]?.focus();
  }

  return (
    <Popover
      {...rest}
      role="menu"
      onOpened={onOpened}
      onKeyDown={press}
      className={cx("max-w-80 min-w-44 p-1", className)}
    >
      {children}
    </Popover>
  );
}

const ITEM =
  "flex w-full min-h-11 sm:min-h-8.5 cursor-pointer items-center gap-2.5 rounded-sm px-2.5 text-left select-none " +
  "-outline-offset-2 hover:bg-code focus:bg-code aria-disabled:cursor-not-allowed aria-disabled:opacity-55 " +
  "[&>svg]:size-4 [&>svg]:shrink-0";

export interface MenuItemProps {
  icon?: ReactNode;
  bad?: boolean;
  disabled?: boolean;
  onSelect(): void;
  children: ReactNode;
}

export function MenuItem({ icon, bad, disabled, onSelect, children }: MenuItemProps) {
  const close = useClose();
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      aria-disabled={disabled || undefined}
      className={cx(ITEM, bad ? "text-bad" : "[&>svg]:text-soft")}
      onClick={() => {
        if (disabled) return;
        close(); // first, so that the focus is back at the button before what is opened takes it
        onSelect();
      }}
    >
      {icon}
      {children}
    </button>
  );
}

/** A link within a menu: `<MenuLink><Link to="…">…</Link></MenuLink>`. */
export function MenuLink({ children }: { children: ReactElement }) {
  const close = useClose();
  const link = children as ReactElement<HTMLAttributes<HTMLElement>>;
  return cloneElement(link, {
    role: "menuitem",
    tabIndex: -1,
    className: cx(ITEM, "text-ink no-underline [&>svg]:text-soft", link.props.className),
    onClick: (event) => {
      link.props.onClick?.(event);
      close();
    },
  });
}

/** One of several: the chosen one is marked, and said to be. */
export function MenuChoice<T extends string>(props: {
  value: T;
  onChange(value: T): void;
  label?: string;
  options: readonly { value: T; label: ReactNode; icon?: ReactNode }[];
}) {
  const close = useClose();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has no place in a menu
    <div role="group" aria-label={props.label}>
      {props.options.map((option) => (
        <button
          key={option.value}
          type="button"
          role="menuitemradio"
          tabIndex={-1}
          aria-checked={option.value === props.value}
          className={cx(ITEM, "[&>svg]:text-soft aria-checked:bg-wash aria-checked:font-medium")}
          onClick={() => {
            close();
            props.onChange(option.value);
          }}
        >
          {option.icon}
          {option.label}
        </button>
      ))}
    </div>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <p className="px-2.5 pt-1.5 pb-1 text-soft text-xs">{children}</p>;
}

export function MenuLine() {
  return <hr className="-mx-1 my-1 border-t" />;
}
