/** What somebody asked: shown as it was typed, and where it is edited. */
import { Pencil } from "lucide-react";
import { memo, useEffect, useRef, useState } from "react";
import { Button, CopyButton, IconButton } from "@/ui";
import { t } from "@/words/chat";
import { Files } from "../files/Files";
import type { Message } from "../model/types";
import { useActs } from "./acts";
import { Walker } from "./Walker";

/** Longer questions are folded: somebody pasted a whole file. */
const FOLDED = 3_000;

type Props = { message: Message; editing: boolean; onEditing: (id: string | null) => void };

export const Question = memo(function Question({ message, editing, onEditing }: Props) {
  return (
    <article aria-label={t("message.youSaid")} className="group/message flex flex-col items-end pt-6">
      <h2 className="sr-only">{t("message.youSaid")}</h2>
      {message.files.length > 0 && <Files files={message.files} />}
      {editing ? (
        <Editor message={message} onDone={() => onEditing(null)} />
      ) : (
        <>
          {message.text && <Words text={message.text} />}
          <Tools message={message} onEdit={() => onEditing(message.id)} />
        </>
      )}
    </article>
  );
});

function Words({ text }: { text: string }) {
  const [whole, setWhole] = useState(false);
  const long = text.length > FOLDED;
  return (
    <div className="max-w-[85%] min-w-0 rounded-lg rounded-br-sm bg-code px-4 py-2.5 wrap-anywhere whitespace-pre-wrap">
      {long && !whole ? `${text.slice(0, FOLDED)}…` : text}
      {long && (
        <button
          type="button"
          className="link mt-2 block text-sm"
          aria-expanded={whole}
          onClick={() => setWhole(!whole)}
        >
          {whole ? t("message.showLess") : t("message.showAll")}
        </button>
      )}
    </div>
  );
}

function Tools({ message, onEdit }: { message: Message; onEdit: () => void }) {
  const { busy } = useActs();
  return (
    <div className="mt-0.5 flex items-center text-soft">
      <div className="flex opacity-0 transition-opacity group-focus-within/message:opacity-100 group-hover/message:opacity-100 pointer-coarse:opacity-100">
        <CopyButton text={message.text} label={t("message.copy")} />
        <IconButton label={t("message.edit")} disabled={busy} onClick={onEdit}>
          <Pencil aria-hidden />
        </IconButton>
      </div>
      <Walker message={message} />
    </div>
  );
}

function Editor({ message, onDone }: { message: Message; onDone: () => void }) {
  const acts = useActs();
  const [text, setText] = useState(message.text);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(field.current.value.length, field.current.value.length);
  }, []);
  const ready = text.trim() !== "" && !acts.busy;

  async function send() {
    if (!ready || busy) return;
    setBusy(true);
    const sent = await acts.edit(message, text);
    setBusy(false);
    if (sent) onDone();
  }

  return (
    <form
      className="w-full rounded-lg border border-field bg-raised p-3 focus-within:border-act"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") onDone();
        else if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
          event.preventDefault();
          void send();
        }
      }}
    >
      <textarea
        ref={field}
        aria-label={t("message.editLabel")}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="field-sizing-content max-h-[50dvh] min-h-12 w-full resize-none bg-transparent px-1 outline-none"
      />
      <div className="mt-2 flex flex-wrap items-center justify-end gap-2">
        <p className="min-w-48 flex-1 px-1 text-sm text-soft">{t("message.editNote")}</p>
        <Button size="small" onClick={onDone}>
          {t("message.cancel")}
        </Button>
        <Button size="small" look="main" type="submit" busy={busy} disabled={!ready}>
          {t("message.editSend")}
        </Button>
      </div>
    </form>
  );
}
