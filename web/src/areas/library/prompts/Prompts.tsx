import { TextQuote } from "lucide-react";
import { useState } from "react";
import { Button, Card, Empty, ErrorNote, Field, Input, Page, Skeleton } from "@/ui";
import { t } from "@/words/library";
import { type Prompt, usePrompts } from "../lists";
import { PromptDialog } from "./PromptDialog";
import { PromptRow } from "./PromptRow";

const FIND_FROM = 8; // prompts, before a field to find one among them is worth its place

export function Prompts() {
  const found = usePrompts();
  const [open, setOpen] = useState<Prompt | "new" | null>(null);
  const [text, setText] = useState("");
  const all = found.data ?? [];
  const shown = all.filter((one) => holds(one, text));
  const make = (
    <Button look="main" onClick={() => setOpen("new")}>
      {t("promptNew")}
    </Button>
  );
  return (
    <Page title={t("prompts")} about={t("promptsAbout")} actions={all.length ? make : undefined}>
      {found.error && <ErrorNote error={found.error} again={() => void found.refetch()} />}
      {found.isPending && <Skeleton className="h-48" />}
      {found.data?.length === 0 && (
        <Empty icon={<TextQuote aria-hidden />} title={t("promptsNone")} action={make}>
          {t("promptsNoneWhy", { place: "{{what changes}}" })}
        </Empty>
      )}
      {all.length >= FIND_FROM && (
        <Field label={t("promptsFind")} className="max-w-sm">
          <Input type="search" value={text} onChange={(event) => setText(event.target.value)} />
        </Field>
      )}
      {all.length > 0 && shown.length === 0 && (
        <p role="status" className="text-soft">
          {t("promptsFindNone", { text })}
        </p>
      )}
      <Part title={t("promptsMine")} prompts={shown.filter((one) => one.mine)} onEdit={setOpen} />
      <Part title={t("promptsShared")} prompts={shown.filter((one) => !one.mine)} onEdit={setOpen} />
      {open && <PromptDialog prompt={open === "new" ? null : open} onClose={() => setOpen(null)} />}
    </Page>
  );
}

function Part(props: { title: string; prompts: readonly Prompt[]; onEdit(prompt: Prompt): void }) {
  if (props.prompts.length === 0) return null;
  return (
    <Card title={props.title} flush>
      <ul>
        {props.prompts.map((one) => (
          <PromptRow key={one.id} prompt={one} onEdit={() => props.onEdit(one)} />
        ))}
      </ul>
    </Card>
  );
}

function holds(prompt: Prompt, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const whole = `${prompt.name} ${prompt.title} ${prompt.text}`.toLowerCase();
  return words.every((word) => whole.includes(word));
}
