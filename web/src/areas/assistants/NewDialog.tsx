import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "@/api/client";
import { useAct } from "@/api/pages";
import { Button, Dialog, ErrorNote, Field, Input, Select } from "@/ui";
import { t } from "@/words/assistants";
import { ASSISTANTS, type Kind } from "./lists";

export const KINDS = ["chat", "translation", "call_notes"] as const satisfies readonly Kind[];

/** A new assistant: what kind it is and what it is called; the rest stands on its page. */
export function NewDialog({ onClose }: { onClose(): void }) {
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [kind, setKind] = useState<Kind>("chat");
  const make = useAct(() => api.post("/v1/tokenry/assistants", { body: { name: name.trim(), kind } }), {
    stale: [ASSISTANTS],
    shows: true,
    next: (made) => void navigate({ to: "/assistants/$id", params: { id: made.id } }),
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("new")}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="main" type="submit" form="assistant-new" busy={make.isPending}>
            {t("make")}
          </Button>
        </>
      }
    >
      <form
        id="assistant-new"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <Field label={t("name")}>
          <Input required maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label={t("kind")} hint={t(`${kind}Why`)}>
          <Select value={kind} onChange={(event) => setKind(kindOf(event.target.value))}>
            {KINDS.map((one) => (
              <option key={one} value={one}>
                {t(one)}
              </option>
            ))}
          </Select>
        </Field>
        {make.error && <ErrorNote error={make.error} />}
      </form>
    </Dialog>
  );
}

function kindOf(value: string): Kind {
  return KINDS.find((one) => one === value) ?? "chat";
}
