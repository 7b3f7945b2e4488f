import type { ReactNode } from "react";
import { Modal } from "@/ui/modal";
import { t } from "@/words/shell";

/** The bar on the left, on a phone: over the page until one goes somewhere. */
export function Drawer({ open, onClose, children }: { open: boolean; onClose(): void; children: ReactNode }) {
  if (!open) return null;
  return (
    <Modal
      onClose={onClose}
      label={t("navigation")}
      className="fixed inset-y-0 right-auto left-0 h-dvh w-[min(20rem,86vw)] border-y-0 border-l-0 md:hidden"
    >
      {children}
    </Modal>
  );
}
