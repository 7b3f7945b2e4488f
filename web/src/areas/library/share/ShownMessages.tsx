import { Paperclip } from "lucide-react";
import { useCallback, useState } from "react";
import { Markdown } from "@/areas/chat/markdown/Markdown";
import { Dialog } from "@/ui";
import { t } from "@/words/library";
import type { ShownMessage } from "../lists";

type Cited = ShownMessage["sources"][number];

/** Messages to be read and nothing else: questions as they were written, answers as they are drawn in a chat. */
export function ShownMessages({ messages }: { messages: readonly ShownMessage[] }) {
  const [open, setOpen] = useState<Cited | null>(null);
  return (
    <div>
      {messages.map((message) =>
        message.role === "user" ? (
          <Question key={message.id} message={message} />
        ) : (
          <Answer key={message.id} message={message} onOpen={setOpen} />
        ),
      )}
      <Dialog
        open={open !== null}
        onClose={() => setOpen(null)}
        title={open?.file_name ?? ""}
        about={open?.page != null ? t("sharedPage", { page: open.page }) : undefined}
        wide
      >
        <blockquote className="border-l-3 pl-4 whitespace-pre-wrap wrap-anywhere">{open?.text}</blockquote>
      </Dialog>
    </div>
  );
}

function Question({ message }: { message: ShownMessage }) {
  return (
    <article aria-label={t("sharedQuestion")} className="flex flex-col items-end pt-6">
      <h2 className="sr-only">{t("sharedQuestion")}</h2>
      {message.files > 0 && (
        <p className="mb-1.5 flex items-center gap-2 text-sm text-soft">
          <Paperclip aria-hidden className="size-4" />
          {t("sharedFiles", { count: message.files })}
        </p>
      )}
      <p className="max-w-[85%] rounded-lg bg-wash px-4 py-2.5 whitespace-pre-wrap wrap-anywhere">{message.text}</p>
    </article>
  );
}

function Answer({ message, onOpen }: { message: ShownMessage; onOpen(source: Cited): void }) {
  const { sources } = message;
  const label = t("sharedAnswer", { model: message.model ?? t("model") });
  const cite = useCallback(
    (number: number) => {
      const source = sources.find((one) => one.number === number);
      return source ? <Cite source={source} onOpen={onOpen} /> : null;
    },
    [sources, onOpen],
  );
  return (
    <article aria-label={label} className="pt-6">
      <h2 className="mb-1 text-sm font-medium text-soft">{label}</h2>
      <Markdown text={message.text} cite={sources.length ? cite : null} />
    </article>
  );
}

function Cite({ source, onOpen }: { source: Cited; onOpen(source: Cited): void }) {
  return (
    <button
      type="button"
      aria-label={t("sharedSource", { number: source.number, name: source.file_name })}
      title={source.file_name}
      className="mx-0.5 inline-grid min-w-5 place-items-center rounded-sm bg-wash px-1 align-[0.1em] text-xs font-medium text-ink hover:bg-act hover:text-act-ink"
      onClick={() => onOpen(source)}
    >
      {source.number}
    </button>
  );
}
