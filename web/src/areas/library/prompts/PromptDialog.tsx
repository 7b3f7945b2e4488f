import { useState } from "react";
import { api } from "@/api/client";
import { useAct } from "@/api/pages";
import { Button, Dialog, ErrorNote, Field, Input, Switch, TextArea } from "@/ui";
import { listed } from "@/words";
import { t } from "@/words/library";
import { PROMPTS, type Prompt } from "../lists";
import { nameFrom, placeholdersOf } from "./fill";

const TEXT_MAX = 50_000;

/** A new prompt, or another wording of one's own. */
export function PromptDialog({ prompt, onClose }: { prompt: Prompt | null; onClose(): void }) {
  const [title, setTitle] = useState(prompt?.title ?? "");
  const [named, setNamed] = useState<string | null>(prompt?.name ?? null);
  const [text, setText] = useState(prompt?.text ?? "");
  const [shared, setShared] = useState(prompt?.shared ?? false);
  const name = named ?? nameFrom(title);
  const save = useAct(
    () => {
      const body = { name, title: title.trim(), text, shared };
      return prompt
        ? api.post("/v1/tokenry/prompts/{prompt_id}", { path: { prompt_id: prompt.id }, body })
        : api.post("/v1/tokenry/prompts", { body });
    },
    { stale: [PROMPTS], shows: true, said: (made) => t("promptMade", { name: made.name }) },
  );
  const places = placeholdersOf(text);
  return (
    <Dialog
      open
      onClose={onClose}
      title={prompt ? t("promptEdit") : t("promptNew")}
      wide
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="main" type="submit" form="prompt" busy={save.isPending}>
            {t("save")}
          </Button>
        </>
      }
    >
      <form
        id="prompt"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(undefined, { onSuccess: onClose });
        }}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t("promptTitle")}>
            <Input required maxLength={100} value={title} onChange={(event) => setTitle(event.target.value)} />
          </Field>
          <Field label={t("promptName")} hint={t("promptNameHint")}>
            <Input
              required
              maxLength={40}
              pattern="[a-z0-9]([a-z0-9\-]*[a-z0-9])?"
              autoCapitalize="off"
              autoComplete="off"
              spellCheck={false}
              value={name}
              onChange={(event) => setNamed(event.target.value.toLowerCase())}
            />
          </Field>
        </div>
        <Field label={t("promptText")} hint={t("promptTextHint", { place: "{{what changes}}" })}>
          <TextArea
            required
            rows={8}
            maxLength={TEXT_MAX}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </Field>
        {places.length > 0 && (
          <p className="text-sm text-soft wrap-anywhere">
            {t("promptPlaces", { count: places.length, list: listed(places) })}
          </p>
        )}
        <Switch checked={shared} onChange={setShared} label={t("promptShare")} hint={t("promptShareHint")} />
        {save.error && <ErrorNote error={save.error} />}
      </form>
    </Dialog>
  );
}
