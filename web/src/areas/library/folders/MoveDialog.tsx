import { useState } from "react";
import { api } from "@/api/client";
import { useAct } from "@/api/pages";
import { Button, Dialog, ErrorNote, Field, Select } from "@/ui";
import { t } from "@/words/library";
import { FOLDERS, useFolders } from "../lists";

export interface MoveDialogProps {
  chatId: string;
  folderId: string | null;
  open: boolean;
  onClose(): void;
}

/** Puts a chat into a folder, or takes it out of one. */
export function MoveDialog({ chatId, folderId, open, onClose }: MoveDialogProps) {
  const folders = useFolders();
  const [to, setTo] = useState(folderId ?? "");
  const move = useAct(
    () => api.post("/v1/tokenry/chats/{chat_id}", { path: { chat_id: chatId }, body: { folder_id: to || null } }),
    { stale: [["chats"], ["chat", chatId], FOLDERS], shows: true, said: () => t("moved") },
  );
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t("move")}
      about={t("folderInstructionsAbout")}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="main" busy={move.isPending} onClick={() => move.mutate(undefined, { onSuccess: onClose })}>
            {t("moveDo")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field label={t("folders")}>
          <Select value={to} onChange={(event) => setTo(event.target.value)}>
            <option value="">{t("folderNo")}</option>
            {folders.data?.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </Select>
        </Field>
        {move.error && <ErrorNote error={move.error} />}
      </div>
    </Dialog>
  );
}
