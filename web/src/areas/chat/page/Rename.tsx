import { type FormEvent, useState } from "react";
import { Button, Dialog, ErrorNote, Field, Input } from "@/ui";
import { t } from "@/words/chat";
import { calls, keepChat } from "../model/api";
import type { Chat } from "../model/types";

const TITLE_MAX = 200;

/** Gives a chat another title. */
export function Rename({ chat, onClose }: { chat: Chat; onClose: () => void }) {
  const [title, setTitle] = useState(chat.title);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  async function save(event: FormEvent) {
    event.preventDefault();
    if (!title.trim()) return;
    setBusy(true);
    try {
      keepChat(await calls.change(chat.id, { title: title.trim() }));
      onClose();
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  }

  return (
    <Dialog open onClose={onClose} title={t("chat.rename")}>
      <form onSubmit={save} className="flex flex-col gap-4">
        <Field label={t("chat.renameLabel")}>
          <Input
            value={title}
            maxLength={TITLE_MAX}
            onFocus={(event) => event.target.select()}
            onChange={(event) => setTitle(event.target.value)}
          />
        </Field>
        {error !== null && <ErrorNote error={error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("message.cancel")}</Button>
          <Button look="main" type="submit" busy={busy} disabled={!title.trim()}>
            {t("chat.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
