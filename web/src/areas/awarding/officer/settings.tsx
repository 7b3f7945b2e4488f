// The settings of a programme: a form over all it says. What two officers change at once is brought together: what one
// of them changed is taken, what both changed is shown and asked.
import { useState } from "react";
import { ApiError, api } from "@/api/client";
import type { ProgrammeShape, Terms } from "@/api/schema";
import { Button, Card, Switch } from "@/ui";
import { listed } from "@/words";
import { t as s } from "@/words/awarding-settings";
import { act, readProgramme } from "../data";
import { merge } from "../model/merge";
import { changedParts, formOf, type TermsForm, termsOf } from "../model/terms";
import { ActDialog } from "../parts/act";
import { Questions, Rubric, Tiers } from "./settings-asked";
import { Line, Lines, ProblemsContext } from "./settings-field";
import { BackingRows, Deadlines, PartsAndReports, PaysFor } from "./settings-rules";

interface Meanwhile {
  taken: (keyof Terms)[];
  disputed: (keyof Terms)[];
  theirs: Terms;
}

export interface SettingsProps {
  programme: ProgrammeShape;
  writes: boolean;
}

/** The form begins with what was read first, and keeps it until it is saved: reading again changes nothing typed. */
export function Settings({ programme, writes }: SettingsProps) {
  const { unit } = programme;
  const [base, setBase] = useState(programme);
  const [name, setName] = useState(programme.name);
  const [form, setForm] = useState(() => formOf(programme.terms, unit));
  const [meanwhile, setMeanwhile] = useState<Meanwhile | null>(null);
  const [asking, setAsking] = useState(false);
  const set = (part: Partial<TermsForm>) => setForm((before) => ({ ...before, ...part }));
  const { terms, problems } = termsOf(form, base.terms, unit);
  const parts = changedParts(base.terms, terms);
  const changed = [...(name.trim() !== base.name ? [s("part_name")] : []), ...parts.map(partName)];
  const all = { form, set, disabled: !writes };

  function begin(from: ProgrammeShape) {
    setBase(from);
    setName(from.name);
    setForm(formOf(from.terms, unit));
    setMeanwhile(null);
  }

  async function save() {
    const body = {
      ...(name.trim() !== base.name ? { name: name.trim() } : {}),
      ...(parts.length > 0 ? { terms } : {}),
      revision: base.revision,
    };
    const path = { programme_id: base.id };
    try {
      begin(await act(() => api.post("/v1/tokenry/programmes/{programme_id}", { path, body }), s("saved")));
    } catch (error) {
      if (error instanceof ApiError && error.code === "stale_revision") await bringTogether();
      throw error;
    }
  }

  async function bringTogether() {
    const theirs = await readProgramme(base.id);
    const merged = merge(base.terms, terms, theirs.terms);
    setForm(formOf(merged.value, unit));
    if (name === base.name) setName(theirs.name);
    setBase(theirs);
    setMeanwhile({ taken: merged.taken, disputed: merged.disputed, theirs: theirs.terms });
  }

  function takeTheirs({ disputed, theirs }: Meanwhile) {
    const next = { ...terms };
    for (const part of disputed) Object.assign(next, { [part]: theirs[part] });
    setForm(formOf(next, unit));
    setMeanwhile(null);
  }

  return (
    <ProblemsContext.Provider value={problems}>
      <div className="flex flex-col gap-6">
        {!writes && <p className="rounded bg-wash px-4 py-3">{s("readOnly")}</p>}
        {meanwhile && <MeanwhileNote meanwhile={meanwhile} onTheirs={() => takeTheirs(meanwhile)} />}
        <Card title={s("general")}>
          <div className="flex flex-col gap-4">
            <Line place="name" label={s("name")} value={name} onChange={setName} max={200} disabled={!writes} />
            <Lines
              place="about"
              label={s("about")}
              value={form.about}
              onChange={(about) => set({ about })}
              hint={s("aboutHint")}
              disabled={!writes}
              optional
            />
            <Switch
              checked={form.public}
              onChange={(now) => set({ public: now })}
              label={s("publicPage")}
              hint={s("publicHint")}
              disabled={!writes}
            />
          </div>
        </Card>
        <Card title={s("tiers")} about={s("tiersAbout")}>
          <Tiers rows={form.tiers} onChange={(tiers) => set({ tiers })} disabled={!writes} unit={unit} />
          {problems.has("tiers") && <p className="mt-2 text-sm text-bad">{problems.get("tiers")}</p>}
        </Card>
        <Card title={s("questions")} about={s("questionsAbout")}>
          <Questions rows={form.fields} onChange={(fields) => set({ fields })} disabled={!writes} />
        </Card>
        <Card title={s("rubric")} about={s("rubricAbout")}>
          <Rubric rows={form.rubric} onChange={(rubric) => set({ rubric })} disabled={!writes} />
        </Card>
        <Card title={s("words")}>
          <div className="flex flex-col gap-4">
            <Lines
              place="conditions"
              label={s("conditions")}
              value={form.conditions}
              onChange={(conditions) => set({ conditions })}
              hint={s("conditionsHint")}
              disabled={!writes}
              optional
            />
            <Lines
              place="acknowledgement"
              label={s("acknowledgement")}
              value={form.acknowledgement}
              onChange={(acknowledgement) => set({ acknowledgement })}
              hint={s("acknowledgementHint", { hole: "{programme}", other: "{award}" })}
              disabled={!writes}
              optional
            />
          </div>
        </Card>
        <Card title={s("rules")}>
          <PaysFor {...all} />
        </Card>
        <Card title={s("parts")}>
          <PartsAndReports {...all} />
        </Card>
        <Card title={s("deadlines")}>
          <Deadlines {...all} />
        </Card>
        <Card title={s("backing")} about={s("backingAbout")}>
          <BackingRows {...all} />
        </Card>
        {writes && (
          <SaveBar
            changed={changed.length}
            problems={problems.size}
            onSave={() => setAsking(true)}
            onDiscard={() => begin(base)}
          />
        )}
        <ActDialog
          open={asking}
          onClose={() => setAsking(false)}
          title={s("saveTitle", { name: base.name })}
          what={changed.length > 0 ? s("saveWhat", { parts: listed(changed) }) : s("nothingChanged")}
          verb={s("saveVerb")}
          ready={changed.length > 0 && problems.size === 0}
          act={save}
        />
      </div>
    </ProblemsContext.Provider>
  );
}

const partName = (part: keyof Terms) => s(`part_${part}`);

function MeanwhileNote({ meanwhile, onTheirs }: { meanwhile: Meanwhile; onTheirs(): void }) {
  const { taken, disputed } = meanwhile;
  return (
    <section className="flex flex-col gap-2 rounded border border-act bg-wash px-4 py-3">
      <h2 className="font-medium">{s("staleTitle")}</h2>
      {taken.length > 0 && <p>{s("staleTaken", { parts: listed(taken.map(partName)) })}</p>}
      {disputed.length > 0 && (
        <p className="flex flex-wrap items-center gap-3">
          {s("staleDisputed", { parts: listed(disputed.map(partName)) })}
          <Button size="small" onClick={onTheirs}>
            {s("useTheirs")}
          </Button>
        </p>
      )}
      <p>{s("staleGoOn")}</p>
    </section>
  );
}

function SaveBar(props: { changed: number; problems: number; onSave(): void; onDiscard(): void }) {
  const { changed, problems } = props;
  if (changed === 0 && problems === 0) return null;
  return (
    <div className="sticky bottom-0 z-10 -mx-1 flex flex-wrap items-center gap-3 rounded border bg-raised px-4 py-3">
      <p role="status" className="min-w-0 flex-1">
        {problems > 0 ? (
          <span className="text-bad">{s("problems", { count: problems })}</span>
        ) : (
          s("unsavedParts", { count: changed })
        )}
      </p>
      <Button onClick={props.onDiscard}>{s("discard")}</Button>
      <Button look="main" disabled={changed === 0 || problems > 0} onClick={props.onSave}>
        {s("saveVerb")}
      </Button>
    </div>
  );
}
