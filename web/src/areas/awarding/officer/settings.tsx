// The settings of a programme: a form over all it says. What two officers change at once is brought together: what one
// of them changed is taken, what both changed is shown and asked.
import { useBlocker } from "@tanstack/react-router";
import { useState } from "react";
import type { ProgrammeShape } from "@/api/schema";
import { Button, Confirm } from "@/ui";
import { listed } from "@/words";
import { t as s } from "@/words/awarding-settings";
import { ActDialog } from "../parts/act";
import { SettingsCards } from "./settings-cards";
import { ProblemsContext } from "./settings-field";
import { type Meanwhile, partName, useSettings } from "./use-settings";

export interface SettingsProps {
  programme: ProgrammeShape;
  writes: boolean;
}

export function Settings({ programme, writes }: SettingsProps) {
  const held = useSettings(programme);
  const [asking, setAsking] = useState(false);
  const { base, changed, problems, meanwhile } = held;
  const all = { form: held.form, set: held.set, disabled: !writes };
  return (
    <ProblemsContext.Provider value={problems}>
      <div className="flex flex-col gap-6">
        {!writes && <p className="rounded bg-wash px-4 py-3">{s("readOnly")}</p>}
        {meanwhile && <MeanwhileNote meanwhile={meanwhile} onTheirs={() => held.takeTheirs(meanwhile)} />}
        <SettingsCards {...all} name={held.name} onName={held.setName} unit={programme.unit} />
        {writes && (
          <SaveBar
            changed={changed.length}
            problems={problems.size}
            onSave={() => setAsking(true)}
            onDiscard={held.discard}
          />
        )}
        <ActDialog
          open={asking}
          onClose={() => setAsking(false)}
          title={s("saveTitle", { name: base.name })}
          what={changed.length > 0 ? s("saveWhat", { parts: listed(changed) }) : s("nothingChanged")}
          verb={s("saveVerb")}
          ready={changed.length > 0 && problems.size === 0}
          act={held.save}
        />
        <Leaving unsaved={changed.length > 0} />
      </div>
    </ProblemsContext.Provider>
  );
}

/** Asks before what was changed and not saved is left behind. */
function Leaving({ unsaved }: { unsaved: boolean }) {
  const leaving = useBlocker({ shouldBlockFn: () => unsaved, enableBeforeUnload: () => unsaved, withResolver: true });
  return (
    <Confirm
      open={leaving.status === "blocked"}
      onClose={() => leaving.reset?.()}
      title={s("leaveTitle")}
      verb={s("leaveVerb")}
      act={async () => leaving.proceed?.()}
    >
      {s("leaveWhat")}
    </Confirm>
  );
}

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
