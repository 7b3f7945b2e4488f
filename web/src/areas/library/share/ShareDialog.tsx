import { useState } from "react";
import { api } from "@/api/client";
import { useAct } from "@/api/pages";
import { Button, CopyButton, Dialog, ErrorNote, Field, Input } from "@/ui";
import { t } from "@/words/library";
import { linkOf, SHARES, type Share } from "../lists";

export interface ShareDialogProps {
  chatId: string;
  /** Where what is shown ends; left out = where the chat does that one sees. */
  messageId?: string | undefined;
  open: boolean;
  onClose(): void;
}

/** Makes a link by which one's organization reads a chat. */
export function ShareDialog({ chatId, messageId, open, onClose }: ShareDialogProps) {
  const [made, setMade] = useState<Share | null>(null);
  const share = useAct(
    () =>
      api.post("/v1/tokenry/chats/{chat_id}/shares", {
        path: { chat_id: chatId },
        body: { message_id: messageId ?? null },
      }),
    { stale: [SHARES, ["chat", chatId]], shows: true },
  );
  function close() {
    setMade(null);
    share.reset();
    onClose();
  }
  return (
    <Dialog
      open={open}
      onClose={close}
      title={t("shareAsk")}
      about={t("shareAbout")}
      actions={
        made ? (
          <Button look="main" onClick={close}>
            {t("shareDone")}
          </Button>
        ) : (
          <>
            <Button onClick={close}>{t("cancel")}</Button>
            <Button look="main" busy={share.isPending} onClick={() => share.mutate(undefined, { onSuccess: setMade })}>
              {t("shareDo")}
            </Button>
          </>
        )
      }
    >
      {made && (
        <Field label={t("shareLink")} hint={t("shareLinkHint")}>
          <span className="flex gap-2">
            <Input readOnly value={linkOf(made.id)} onFocus={(event) => event.target.select()} />
            <CopyButton text={linkOf(made.id)} />
          </span>
        </Field>
      )}
      {share.error && <ErrorNote error={share.error} />}
    </Dialog>
  );
}
