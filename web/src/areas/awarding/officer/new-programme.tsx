// A new programme: a template, a name, and what its pool may give.
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "@/api/client";
import { useMay } from "@/api/hooks";
import type { TemplateShape } from "@/api/schema";
import { Button, Card, cx, ErrorNote, Field, Input, Page } from "@/ui";
import { listed } from "@/words";
import { t as o } from "@/words/awarding-office";
import { act, useTemplates } from "../data";
import { amountWords, shortAmount, typedAmount } from "../model/amounts";
import { ActDialog } from "../parts/act";
import { AmountField, amountOf } from "../parts/fields";
import { Coming } from "../parts/shown";

export function NewProgramme() {
  const templates = useTemplates();
  return (
    <Page title={o("newTitle")} about={o("newAbout")} narrow>
      {templates.isPending && <Coming />}
      {templates.error && <ErrorNote error={templates.error} again={() => void templates.refetch()} />}
      {templates.data && <Making templates={templates.data} />}
    </Page>
  );
}

function Making({ templates }: { templates: readonly TemplateShape[] }) {
  const navigate = useNavigate();
  const issues = useMay("credits.write");
  const [chosen, setChosen] = useState(templates[0]);
  const [name, setName] = useState("");
  const [cap, setCap] = useState(() => (chosen ? typedAmount(chosen.cap, chosen.unit) : ""));
  const [asking, setAsking] = useState(false);
  if (!chosen) return null;
  const amount = issues ? amountOf(cap, chosen.unit) : 0;

  function choose(template: TemplateShape) {
    setChosen(template);
    setCap(typedAmount(template.cap, template.unit));
  }

  async function make() {
    if (!chosen || amount === null) return;
    const body = { name: name.trim(), template: chosen.id, ...(issues ? { cap: amount } : {}) };
    const made = await act(() => api.post("/v1/tokenry/programmes", { body }), o("created"));
    await navigate({ to: "/awarding/programmes/$id", params: { id: made.id } });
  }

  return (
    <Card>
      <form
        className="flex flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          setAsking(true);
        }}
      >
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1.5 text-sm font-medium">{o("template")}</legend>
          {templates.map((one) => (
            <Choice key={one.id} template={one} chosen={one.id === chosen.id} onChoose={() => choose(one)} />
          ))}
        </fieldset>
        <Field label={o("programmeName")} hint={o("programmeNameHint")}>
          <Input value={name} maxLength={200} onChange={(event) => setName(event.target.value)} autoComplete="off" />
        </Field>
        {issues ? (
          <AmountField label={o("capField")} unit={chosen.unit} value={cap} onChange={setCap} hint={o("capHint")} />
        ) : (
          <p className="text-soft">{o("capNone")}</p>
        )}
        <div>
          <Button type="submit" look="main" disabled={name.trim() === "" || amount === null}>
            {o("create")}
          </Button>
        </div>
      </form>
      <ActDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={o("createTitle", { name: name.trim() })}
        what={o("createWhat", { cap: amountWords(amount ?? 0, chosen.unit) })}
        verb={o("create")}
        act={make}
      />
    </Card>
  );
}

function Choice({ template, chosen, onChoose }: { template: TemplateShape; chosen: boolean; onChoose(): void }) {
  const tiers = template.terms.tiers.map((tier) => `${tier.name} ${shortAmount(tier.amount_max, template.unit)}`);
  return (
    <label
      className={cx(
        "flex cursor-pointer items-start gap-3 rounded border px-3.5 py-3",
        chosen ? "border-act bg-wash" : "hover:border-field",
      )}
    >
      <input
        type="radio"
        name="template"
        checked={chosen}
        onChange={onChoose}
        aria-labelledby={`template-${template.id}`}
        aria-describedby={`template-${template.id}-says`}
        className="mt-1.5 size-4 shrink-0"
      />
      <span className="min-w-0">
        <span id={`template-${template.id}`} className="block font-medium first-letter:uppercase">
          {template.label}
        </span>
        <span id={`template-${template.id}-says`} className="block text-sm text-soft">
          <span className="mb-1 block">{template.terms.about}</span>
          {o("templateSays", {
            tiers: listed(tiers),
            questions: o("templateQuestions", { count: template.terms.fields.length }),
          })}
        </span>
      </span>
    </label>
  );
}
