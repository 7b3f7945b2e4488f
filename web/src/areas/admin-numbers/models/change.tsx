import { useState } from "react";
import { Button, CopyButton, Dialog, Field, Input, usdText } from "@/ui";
import { t } from "@/words/admin-models";
import { type Model, rateOf } from "./data";
import { announcedLine, type Wanted } from "./toml";

/** Says how a price is changed ahead of time, and writes the line that does it. */
export function ChangeDialog({ model, open, onClose }: { model: Model; open: boolean; onClose(): void }) {
  const embedding = model.kind === "embedding";
  const [wanted, setWanted] = useState<Wanted>(() => ({
    day: "",
    input: rateOf(model.price, "input", "embedding")?.usd ?? "",
    cached: rateOf(model.price, "cached_input")?.usd ?? "",
    output: rateOf(model.price, "output")?.usd ?? "",
  }));
  const today = new Date().toISOString().slice(0, 10);
  const line = announcedLine(wanted, today, embedding);
  const set = (change: Partial<Wanted>) => setWanted({ ...wanted, ...change });
  const bad = (text: string) => (text.trim() !== "" && usdText(text) === null ? { error: t("badAmount") } : {});
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t("changeTitle", { model: model.name })}
      about={t("changeAbout")}
      wide
      actions={
        <Button look="main" onClick={onClose}>
          {t("close")}
        </Button>
      }
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label={t("fromDay")}
          hint={t("fromDayHint")}
          {...(wanted.day && wanted.day <= today ? { error: t("badDay") } : {})}
        >
          <Input type="date" min={today} value={wanted.day} onChange={(event) => set({ day: event.target.value })} />
        </Field>
        <Field label={t("newInput")} {...bad(wanted.input)}>
          <Input inputMode="decimal" value={wanted.input} onChange={(event) => set({ input: event.target.value })} />
        </Field>
        {!embedding && (
          <>
            <Field label={t("newCached")} optional {...bad(wanted.cached)}>
              <Input
                inputMode="decimal"
                value={wanted.cached}
                onChange={(event) => set({ cached: event.target.value })}
              />
            </Field>
            <Field label={t("newOutput")} {...bad(wanted.output)}>
              <Input
                inputMode="decimal"
                value={wanted.output}
                onChange={(event) => set({ output: event.target.value })}
              />
            </Field>
          </>
        )}
      </div>
      {line && (
        <div className="mt-5">
          <p className="mb-2 text-sm">{t("snippet", { model: model.name })}</p>
          <div className="flex items-start gap-2 rounded bg-code px-3 py-2">
            <code className="min-w-0 flex-1 font-mono text-sm wrap-anywhere">{line}</code>
            <CopyButton text={line} />
          </div>
          {model.coming.length > 0 && <p className="mt-2 text-sm text-soft">{t("snippetAlone")}</p>}
        </div>
      )}
    </Dialog>
  );
}
