// A dialog for an act: it says what will happen, asks what it must, and shows what the server refused. Nothing that was
// typed is lost by a refusal; of one that somebody caused who was quicker, one can look at how things stand.
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { ApiError } from "@/api/client";
import { Button, Dialog, ErrorNote } from "@/ui";
import { t } from "@/words/awarding";
import { t as shell } from "@/words/shell";
import { readAgain } from "../data";

export interface ActDialogProps {
  open: boolean;
  onClose(): void;
  title: string;
  /** What will happen, and what will not. */
  what: ReactNode;
  verb: string;
  /** It takes something away for good. */
  bad?: boolean;
  wide?: boolean;
  /** Whether everything that must be said is. */
  ready?: boolean;
  act(): Promise<unknown>;
  children?: ReactNode;
}

export function ActDialog({
  open,
  onClose,
  title,
  what,
  verb,
  bad,
  wide,
  ready = true,
  act,
  children,
}: ActDialogProps) {
  const form = useId();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  function close() {
    setError(null);
    onClose();
  }

  async function go(event: FormEvent) {
    event.preventDefault();
    if (busy || !ready) return;
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
      wide={wide ?? false}
      actions={
        <>
          <Button onClick={close}>{shell("cancel")}</Button>
          <Button type="submit" form={form} look={bad ? "bad" : "main"} busy={busy} disabled={!ready}>
            {verb}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={go} className="flex flex-col gap-4">
        <div className="text-pretty">{what}</div>
        {children}
        {error !== null && <Refused error={error} />}
      </form>
    </Dialog>
  );
}

/** What was refused, in the server's words. */
export function Refused({ error }: { error: unknown }) {
  const quicker = error instanceof ApiError && error.status === 409;
  return (
    <div className="flex flex-col gap-2">
      <ErrorNote error={error} />
      {quicker && (
        <div className="flex flex-wrap items-center gap-3 text-sm text-soft">
          <span>{t("quicker")}</span>
          <Button size="small" onClick={() => void readAgain()}>
            {t("readAgain")}
          </Button>
        </div>
      )}
    </div>
  );
}
