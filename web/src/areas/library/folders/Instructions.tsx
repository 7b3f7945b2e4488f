import { useState } from "react";
import { api } from "@/api/client";
import { useAct } from "@/api/pages";
import { Button, Card, ErrorNote, Field, TextArea } from "@/ui";
import { t } from "@/words/library";
import { FOLDERS, type Folder } from "../lists";

const CHARACTERS_MAX = 20_000;

/** What every chat in the folder begins with. */
export function Instructions({ folder }: { folder: Folder }) {
  const held = folder.instructions ?? "";
  const [text, setText] = useState(held);
  const save = useAct(
    () => api.post("/v1/tokenry/folders/{folder_id}", { path: { folder_id: folder.id }, body: { instructions: text } }),
    { stale: [FOLDERS], shows: true, said: () => t("folderSaved") },
  );
  const changed = text.trim() !== held.trim();
  return (
    <Card title={t("folderInstructions")} about={t("folderInstructionsAbout")}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Field label={t("folderInstructions")} hint={t("folderInstructionsHint")} quiet>
          <TextArea
            rows={5}
            maxLength={CHARACTERS_MAX}
            value={text}
            onChange={(event) => setText(event.target.value)}
            className="field-sizing-content max-h-96 min-h-32"
          />
        </Field>
        {save.error && <ErrorNote error={save.error} />}
        <p className="flex justify-end">
          <Button type="submit" look={changed ? "main" : "plain"} disabled={!changed} busy={save.isPending}>
            {t("save")}
          </Button>
        </p>
      </form>
    </Card>
  );
}
