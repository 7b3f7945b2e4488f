import { useState } from "react";
import { Button, Dialog, Field, TextArea } from "@/ui";
import { t } from "@/words/library";
import type { Prompt } from "../lists";
import { filled, placeholdersOf } from "./fill";

export interface FillDialogProps {
  prompt: Prompt;
  onClose(): void;
  /** The prompt's text with its places filled. */
  onText(text: string): void;
}

/** Asks for what a prompt leaves open. */
export function FillDialog({ prompt, onClose, onText }: FillDialogProps) {
  const [values, setValues] = useState<Record<string, string>>({});
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("promptFill", { title: prompt.title })}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="main" type="submit" form="fill-prompt">
            {t("promptFillDo")}
          </Button>
        </>
      }
    >
      <form
        id="fill-prompt"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          onText(filled(prompt.text, values));
        }}
      >
        {placeholdersOf(prompt.text).map((place) => (
          <Field key={place} label={place}>
            <TextArea
              rows={1}
              required
              className="field-sizing-content max-h-60"
              value={values[place] ?? ""}
              onChange={(event) => setValues({ ...values, [place]: event.target.value })}
            />
          </Field>
        ))}
      </form>
    </Dialog>
  );
}
