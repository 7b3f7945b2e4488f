import type { QueryKey } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { api } from "@/api/client";
import { useAct } from "@/api/pages";
import { Button, Dialog, ErrorNote, Field, Input } from "@/ui";
import { t } from "@/words/admin-news";

export interface AddProps {
  open: boolean;
  onClose(): void;
  stale: readonly QueryKey[];
  onMade(secret: string): void;
}

/** Names an address; what comes back is its secret. */
export function AddDialog({ open, onClose, stale, onMade }: AddProps) {
  const form = useId();
  const [url, setUrl] = useState("");
  const [types, setTypes] = useState("");
  const create = useAct(
    () => {
      const named = types.split(",").map((one) => one.trim());
      const chosen = named.filter((one) => one !== "");
      return api.post("/v1/tokenry/webhooks", { body: { url: url.trim(), types: chosen.length > 0 ? chosen : null } });
    },
    { stale, shows: true, next: (made) => done(made.secret) },
  );

  function close() {
    create.reset();
    onClose();
  }

  function done(secret: string) {
    setUrl("");
    setTypes("");
    close();
    onMade(secret);
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    create.mutate();
  }

  return (
    <Dialog
      open={open}
      onClose={close}
      title={t("add")}
      about={t("addAbout")}
      actions={
        <>
          <Button onClick={close}>{t("cancel")}</Button>
          <Button look="main" type="submit" form={form} busy={create.isPending}>
            {t("create")}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="flex flex-col gap-4">
        <Field label={t("url")} hint={t("urlHint")}>
          <Input type="url" required value={url} onChange={(event) => setUrl(event.target.value)} />
        </Field>
        <Field label={t("types")} hint={t("typesHint")} optional>
          <Input value={types} onChange={(event) => setTypes(event.target.value)} />
        </Field>
        {create.error && <ErrorNote error={create.error} />}
      </form>
    </Dialog>
  );
}
