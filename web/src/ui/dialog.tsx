import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { type ReactNode, useState } from "react";
import { t } from "@/words/shell";
import { Button, IconButton } from "./button";
import { cx } from "./cx";
import { ErrorNote } from "./error-note";
import { Field, Input } from "./field";

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

/**
 * Something to be done before one goes on. Focus goes in, stays in, and comes back. Radix's own backdrop is not used: it
 * writes a style element, which the content policy refuses; nothing behind it scrolls anyway.
 */
export function Dialog({ open, onClose, title, about, wide, children, actions }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={(now) => !now && onClose()}>
      <Radix.Portal>
        <div aria-hidden className="fixed inset-0 z-40 bg-veil" />
        <Radix.Content
          {...(about ? {} : { "aria-describedby": undefined })}
          className={cx(
            "fixed z-40 flex max-h-[92dvh] flex-col border bg-raised text-ink animate-rise",
            "inset-x-0 bottom-0 rounded-t-lg sm:inset-auto sm:top-1/2 sm:left-1/2 sm:-translate-1/2 sm:rounded-lg",
            wide ? "sm:w-[min(52rem,94vw)]" : "sm:w-[min(32rem,94vw)]",
          )}
        >
          <header className="flex items-start gap-3 px-5 pt-4">
            <div className="min-w-0 flex-1 py-1">
              <Radix.Title className="text-lg">{title}</Radix.Title>
              {about && <Radix.Description className="mt-1 text-[0.9375rem] text-soft">{about}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <IconButton label={t("close")} tip={false}>
                <X aria-hidden />
              </IconButton>
            </Radix.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
          {actions && <footer className="flex flex-wrap justify-end gap-2 border-t px-5 py-3">{actions}</footer>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
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
