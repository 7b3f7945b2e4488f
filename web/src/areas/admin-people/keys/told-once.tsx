import type { ReactNode } from "react";
import { Button, CopyButton, Dialog, Field, Input } from "@/ui";
import { t } from "@/words/people";

/** A secret that is told this once: copied from here or lost. It lives in the dialog alone and goes with it. */
export function ToldOnce(props: { open: boolean; onClose(): void; title: ReactNode; value: string }) {
  return (
    <Dialog
      open={props.open}
      onClose={props.onClose}
      title={props.title}
      about={t("keyMadeAbout")}
      actions={
        <Button look="main" onClick={props.onClose}>
          {t("done")}
        </Button>
      }
    >
      <div className="flex items-end gap-2">
        <Field label={t("keyMade")} className="flex-1">
          <Input readOnly value={props.value} className="font-mono" onFocus={(event) => event.target.select()} />
        </Field>
        <CopyButton worded text={props.value} />
      </div>
    </Dialog>
  );
}
