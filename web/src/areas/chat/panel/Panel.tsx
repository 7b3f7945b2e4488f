/** A panel beside the button that opened it. Focus goes in and comes back; a press elsewhere or Escape closes it. */
import { Popover } from "radix-ui";
import type { ReactNode, RefObject } from "react";
import { cx } from "@/ui/cx";

export type PanelProps = {
  anchor: RefObject<HTMLElement | null>;
  onClose: () => void;
  label: string;
  align: "start" | "end";
  className?: string;
  children: ReactNode;
};

export function Panel({ anchor, onClose, label, align, className, children }: PanelProps) {
  return (
    <Popover.Root open onOpenChange={(open) => !open && onClose()}>
      <Popover.Anchor virtualRef={anchor as RefObject<HTMLElement>} />
      <Popover.Portal>
        <Popover.Content
          side="top"
          align={align}
          sideOffset={4}
          collisionPadding={8}
          aria-label={label}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            anchor.current?.focus();
          }}
          onInteractOutside={(event) => {
            if (event.target instanceof Node && anchor.current?.contains(event.target)) event.preventDefault();
          }}
          className={cx(
            "z-50 max-h-[min(30rem,var(--radix-popover-content-available-height))]",
            "flex flex-col rounded-lg border bg-raised text-ink animate-rise",
            className,
          )}
        >
          {children}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
