import { useState } from "react";
import { api } from "@/api/client";
import { useAct } from "@/api/pages";
import { Button, Dialog, ErrorNote, Field, Input } from "@/ui";
import { t } from "@/words/library";
import { FOLDERS, type Folder } from "../lists";

export function RenameDialog({ folder, open, onClose }: { folder: Folder; open: boolean; onClose(): void }) {
  const [name, setName] = useState(folder.name);
  const rename = useAct(
    () => api.post("/v1/tokenry/folders/{folder_id}", { path: { folder_id: folder.id }, body: { name: name.trim() } }),
    { stale: [FOLDERS], shows: true, said: (made) => t("folderRenamed", { name: made.name }) },
  );
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t("folderRename")}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="main" type="submit" form="rename-folder" busy={rename.isPending}>
            {t("rename")}
          </Button>
        </>
      }
    >
      <form
        id="rename-folder"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          rename.mutate(undefined, { onSuccess: onClose });
        }}
      >
        <Field label={t("name")}>
          <Input required maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        {rename.error && <ErrorNote error={rename.error} />}
      </form>
    </Dialog>
  );
}
