import { DropdownMenu as Radix } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { cx } from "./cx";

export interface MenuProps {
  /** The button that opens it. */
  trigger: ReactElement;
  align?: "start" | "end";
  side?: "top" | "bottom";
  className?: string;
  children: ReactNode;
}

/** Acts behind a button. Not modal: a modal one writes a style element, which the content policy refuses. */
export function Menu({ trigger, align = "end", side = "bottom", className, children }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className={cx(
            "z-50 max-h-[min(28rem,var(--radix-dropdown-menu-content-available-height))] min-w-44 overflow-y-auto",
            "max-w-80 rounded border bg-raised p-1 text-[0.9375rem] animate-rise",
            className,
          )}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

const ITEM =
  "flex min-h-11 sm:min-h-8.5 cursor-pointer items-center gap-2.5 rounded-sm px-2.5 outline-none select-none " +
  "data-[highlighted]:bg-code data-[disabled]:cursor-not-allowed data-[disabled]:opacity-55 " +
  "[&>svg]:size-4 [&>svg]:shrink-0";

export interface MenuItemProps {
  icon?: ReactNode;
  bad?: boolean;
  disabled?: boolean;
  onSelect(): void;
  children: ReactNode;
}

export function MenuItem({ icon, bad, disabled, onSelect, children }: MenuItemProps) {
  return (
    <Radix.Item
      disabled={disabled ?? false}
      onSelect={onSelect}
      className={cx(ITEM, bad ? "text-bad" : "[&>svg]:text-soft")}
    >
      {icon}
      {children}
    </Radix.Item>
  );
}

/** A link within a menu: `<MenuLink><Link to="…">…</Link></MenuLink>`. */
export function MenuLink({ children }: { children: ReactElement }) {
  return (
    <Radix.Item asChild className={cx(ITEM, "text-ink no-underline [&>svg]:text-soft")}>
      {children}
    </Radix.Item>
  );
}

/** One of several: the chosen one is marked, and said to be. */
export function MenuChoice<T extends string>(props: {
  value: T;
  onChange(value: T): void;
  options: readonly { value: T; label: ReactNode; icon?: ReactNode }[];
}) {
  return (
    <Radix.RadioGroup value={props.value} onValueChange={(value) => props.onChange(value as T)}>
      {props.options.map((option) => (
        <Radix.RadioItem
          key={option.value}
          value={option.value}
          className={cx(ITEM, "[&>svg]:text-soft data-[state=checked]:bg-wash data-[state=checked]:font-medium")}
        >
          {option.icon}
          {option.label}
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Radix.Label className="px-2.5 pt-1.5 pb-1 text-xs text-soft">{children}</Radix.Label>;
}

export function MenuLine() {
  return <Radix.Separator className="-mx-1 my-1 border-t" />;
}
