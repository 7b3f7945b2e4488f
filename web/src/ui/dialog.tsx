import { X } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { t } from "@/words/shell";
import { Button, IconButton } from "./button";
import { cx } from "./cx";
import { ErrorNote } from "./error-note";
import { Field, Input } from "./field";
import { Modal } from "./modal";

export interface DialogProps {
  open: boolean;
  onClose(): void;
  title: ReactNode;
  /** One sentence under the title. */
  about?: ReactNode;
  wide?: boolean;
  children?: ReactNode;
  /** Buttons; the main one last. */
  actions?: ReactNode;
}

/** Something to be done before one goes on. On a phone it comes from below. */
export function Dialog(props: DialogProps) {
  return props.open ? <OpenDialog {...props} /> : null;
}

function OpenDialog({ onClose, title, about, wide, children, actions }: DialogProps) {
  const id = useId();
  return (
    <Modal
      onClose={onClose}
      labelledBy={`${id}-title`}
      {...(about ? { describedBy: `${id}-about` } : {})}
      className={cx(
        "fixed inset-x-0 top-auto bottom-0 max-h-[92dvh]! w-full flex-col rounded-t-lg animate-rise open:flex",
        "sm:inset-0 sm:m-auto! sm:h-fit sm:rounded-lg",
        wide ? "sm:w-[min(52rem,94vw)]" : "sm:w-[min(32rem,94vw)]",
      )}
    >
      <header className="flex items-start gap-3 px-5 pt-4">
        <div className="min-w-0 flex-1 py-1">
          <h2 id={`${id}-title`} className="text-lg wrap-anywhere">
            {title}
          </h2>
          {about && (
            <p id={`${id}-about`} className="mt-1 text-[0.9375rem] text-soft wrap-anywhere">
              {about}
            </p>
          )}
        </div>
        <IconButton label={t("close")} tip={false} onClick={onClose}>
          <X aria-hidden />
        </IconButton>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
      {actions && <footer className="flex flex-wrap justify-end gap-2 border-t px-5 py-3">{actions}</footer>}
    </Modal>
  );
}

export interface ConfirmProps {
  open: boolean;
  onClose(): void;
  /** What will happen, as a question that holds the thing's name. */
  title: ReactNode;
  /** What is lost, and what stays. */
  children?: ReactNode;
  /** The verb: "Delete chat". */
  verb: string;
  /** Resolves when it is done; what it throws is shown, and the dialog stays. */
  act(): Promise<unknown>;
  /** The name that must be typed first, where nothing brings back what goes. */
  typed?: string | undefined;
}

/** Asks before something is destroyed. */
export function Confirm({ open, onClose, title, children, verb, act, typed }: ConfirmProps) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [said, setSaid] = useState("");
  const ready = typed === undefined || said.trim() === typed.trim();

  function close() {
    setError(null);
    setSaid("");
    onClose();
  }

  async function go() {
    if (!ready) return;
    setBusy(true);
    setError(null);
    try {
      await act();
      close();
    } catch (refused) {
      setError(refused);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog
      open={open}
      onClose={close}
      title={title}
      actions={
        <>
          <Button onClick={close}>{t("cancel")}</Button>
          <Button look="bad" busy={busy} disabled={!ready} onClick={go}>
            {verb}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {children && <div>{children}</div>}
        {typed !== undefined && (
          <Field label={t("typeToConfirm", { name: typed })}>
            <Input value={said} onChange={(event) => setSaid(event.target.value)} autoComplete="off" />
          </Field>
        )}
        {error !== null && <ErrorNote error={error} />}
      </div>
    </Dialog>
  );
}
