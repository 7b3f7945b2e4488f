import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { t } from "@/words/shell";

/** The bar on the left, on a phone: over the page until one goes somewhere. */
export function Drawer({ open, onClose, children }: { open: boolean; onClose(): void; children: ReactNode }) {
  return (
    <Radix.Root open={open} onOpenChange={(now) => !now && onClose()}>
      <Radix.Portal>
        <div aria-hidden className="fixed inset-0 z-40 bg-veil md:hidden" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed inset-y-0 left-0 z-40 w-[min(20rem,86vw)] border-r bg-raised md:hidden"
        >
          <Radix.Title className="sr-only">{t("navigation")}</Radix.Title>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
