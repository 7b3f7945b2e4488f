import { useState } from "react";
import { api } from "@/api/client";
import { useAct } from "@/api/pages";
import { Button, Dialog, ErrorNote, Field, Input } from "@/ui";
import { t } from "@/words/people";
import { KEYS, type Project } from "../lists";
import { type Life, LifeField, lifeSeconds } from "./life";
import { ToldOnce } from "./told-once";

interface NewKeyProps {
  project: Project;
  open: boolean;
  onClose(): void;
}

/** Makes a key of one's own, and shows it once. */
export function NewKey({ project, open, onClose }: NewKeyProps) {
  const [value, setValue] = useState<string | null>(null);

  function close() {
    setValue(null);
    onClose();
  }

  return value === null ? (
    <Asking project={project} open={open} onClose={close} onMade={setValue} />
  ) : (
    <ToldOnce open={open} onClose={close} title={t("keyMade")} value={value} />
  );
}

function Asking({ project, open, onClose, onMade }: NewKeyProps & { onMade(value: string): void }) {
  const [name, setName] = useState("");
  const [life, setLife] = useState<Life>("90");
  const make = useAct(
    () =>
      api.post("/v1/tokenry/projects/{project_id}/api_keys", {
        path: { project_id: project.id },
        body: { name: name.trim(), expires_in_seconds: lifeSeconds(life) },
      }),
    { stale: [[...KEYS, project.id]], shows: true, next: (made) => onMade(made.value) },
  );
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t("keyNew")}
      about={t("keyNewAbout")}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="main" type="submit" form="new-key" busy={make.isPending}>
            {t("keyMake")}
          </Button>
        </>
      }
    >
      <form
        id="new-key"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <Field label={t("keyName")} hint={t("keyNameHint")}>
          <Input
            required
            maxLength={100}
            autoComplete="off"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <LifeField value={life} onChange={setLife} />
        {make.error && <ErrorNote error={make.error} />}
      </form>
    </Dialog>
  );
}
