import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import { useAct } from "@/api/pages";
import { modelsQuery } from "@/areas/chat/model/api";
import { Button, Card, ErrorNote, Field, Input, Select, Switch, TextArea } from "@/ui";
import { t } from "@/words/assistants";
import { readGlossary, writeGlossary } from "./glossary";
import { ASSISTANTS, type Assistant, ONE } from "./lists";

const LANGUAGES = [
  "Arabic", "Chinese", "Czech", "Danish", "Dutch", "English", "Finnish", "French", "German", "Greek", "Hebrew", "Hindi",
  "Hungarian", "Italian", "Japanese", "Korean", "Norwegian", "Persian", "Polish", "Portuguese", "Romanian", "Russian",
  "Spanish", "Swedish", "Turkish", "Ukrainian", "Vietnamese",
]; // biome-ignore format: a list of words

interface Draft {
  name: string;
  description: string;
  instructions: string;
  language: string;
  glossary: string;
  model: string;
  shared: boolean;
}

/** Everything about one's own assistant but its files. */
export function AssistantForm({ assistant }: { assistant: Assistant }) {
  const [draft, setDraft] = useState(() => draftOf(assistant));
  const put = (changes: Partial<Draft>) => setDraft((before) => ({ ...before, ...changes }));
  const glossary = readGlossary(draft.glossary);
  const save = useAct(
    () => api.post(ONE, { path: { assistant_id: assistant.id }, body: { ...said(draft), glossary: glossary.terms } }),
    { stale: [ASSISTANTS], shows: true, said: () => t("saved") },
  );
  return (
    <Card>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (glossary.fault === null) save.mutate();
        }}
      >
        <Field label={t("name")}>
          <Input required maxLength={100} value={draft.name} onChange={(event) => put({ name: event.target.value })} />
        </Field>
        <Field label={t("description")} hint={t("descriptionHint")} optional>
          <Input
            maxLength={500}
            value={draft.description}
            onChange={(event) => put({ description: event.target.value })}
          />
        </Field>
        <Language kind={assistant.kind} value={draft.language} onChange={(language) => put({ language })} />
        {assistant.kind === "translation" && (
          <Field
            label={t("glossary")}
            hint={`${t("glossaryAbout")} ${t("glossaryHint")}`}
            error={glossary.fault && faultWords(glossary.fault)}
            optional
          >
            <TextArea
              rows={6}
              value={draft.glossary}
              spellCheck={false}
              onChange={(event) => put({ glossary: event.target.value })}
            />
          </Field>
        )}
        <Field
          label={t("instructions")}
          hint={assistant.kind === "chat" ? t("instructionsHint") : t("instructionsMore")}
          optional
        >
          <TextArea
            rows={8}
            maxLength={20_000}
            value={draft.instructions}
            onChange={(event) => put({ instructions: event.target.value })}
          />
        </Field>
        <Model value={draft.model} onChange={(model) => put({ model })} />
        <Switch
          checked={draft.shared}
          onChange={(shared) => put({ shared })}
          label={t("share")}
          hint={t("shareHint")}
        />
        {save.error && <ErrorNote error={save.error} />}
        <div>
          <Button look="main" type="submit" busy={save.isPending} disabled={glossary.fault !== null}>
            {t("save")}
          </Button>
        </div>
      </form>
    </Card>
  );
}

function Language(props: { kind: Assistant["kind"]; value: string; onChange(language: string): void }) {
  if (props.kind === "chat") return null;
  const translates = props.kind === "translation";
  return (
    <Field
      label={translates ? t("into") : t("notesIn")}
      hint={translates ? t("intoHint") : t("notesInHint")}
      className="max-w-sm"
      optional
    >
      <Input
        list="languages"
        maxLength={60}
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
      />
      <datalist id="languages">
        {LANGUAGES.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </Field>
  );
}

function Model({ value, onChange }: { value: string; onChange(model: string): void }) {
  const models = useQuery(modelsQuery(null)).data?.data ?? [];
  const known = value === "" || models.some((one) => one.id === value);
  return (
    <Field label={t("model")} className="max-w-sm">
      <Select value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{t("modelAny")}</option>
        {models.map((one) => (
          <option key={one.id} value={one.id}>
            {one.id}
          </option>
        ))}
        {!known && <option value={value}>{value}</option>}
      </Select>
    </Field>
  );
}

function draftOf(one: Assistant): Draft {
  return {
    name: one.name,
    description: one.description ?? "",
    instructions: one.instructions ?? "",
    language: one.language ?? "",
    glossary: writeGlossary(one.glossary),
    model: one.model ?? "",
    shared: one.shared,
  };
}

function said(draft: Draft) {
  return {
    name: draft.name.trim(),
    description: draft.description.trim() || null,
    instructions: draft.instructions.trim() || null,
    language: draft.language.trim() || null,
    model: draft.model || null,
    shared: draft.shared,
  };
}

function faultWords(fault: { line: number; term: string; twice: boolean }): string {
  const { line, term, twice } = fault;
  return twice ? t("glossaryTwice", { line, term }) : t("glossaryBad", { line, term });
}
