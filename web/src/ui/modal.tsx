// A page over the page, by the browser's own modal dialog: the rest cannot be reached meanwhile, the focus stays inside
// and goes back afterwards, and Escape closes it. Knows no look beyond the veil behind it.
import { type ReactNode, useLayoutEffect, useRef } from "react";
import { createPortal } from "react-dom";
import { cx } from "./cx";

export interface ModalProps {
  onClose(): void;
  /** What it is: the id of what names it, or words. */
  labelledBy?: string;
  describedBy?: string;
  label?: string;
  className?: string;
  children: ReactNode;
}

const FIELDS = "input:not([type=hidden]):not(:disabled), select:not(:disabled), textarea:not(:disabled)";

/** What has the focus first: what asks for it, else the first field, else the first act below, else the whole. */
function focusFirst(dialog: HTMLElement): void {
  const wanted = ["[data-first]", FIELDS, "footer button:not(:disabled)"];
  const found = wanted.map((one) => dialog.querySelector<HTMLElement>(one)).find((one) => one !== null);
  (found ?? dialog).focus();
}

export function Modal({ onClose, labelledBy, describedBy, label, className, children }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const it = dialog.current;
    if (!it) return;
    const before = document.activeElement;
    it.showModal();
    focusFirst(it);
    return () => {
      it.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return createPortal(
    <dialog
      ref={dialog}
      tabIndex={-1}
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      aria-label={label}
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return; // a file field's own dialog was left
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => event.target === event.currentTarget && isBeside(event) && onClose()}
      className={cx("m-0 max-h-none max-w-none border bg-raised p-0 text-ink outline-none backdrop:bg-veil", className)}
    >
      {children}
    </dialog>,
    document.body,
  );
}

/** Whether a press was beside the dialog's box, on the veil: the veil's presses are told as the dialog's own. */
function isBeside(event: React.PointerEvent<HTMLElement>): boolean {
  const box = event.currentTarget.getBoundingClientRect();
  const { clientX: x, clientY: y } = event;
  return x < box.left || x > box.right || y < box.top || y > box.bottom;
}
