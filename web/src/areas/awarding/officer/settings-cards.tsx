// The settings of a programme as cards, one a subject. What they hold is the form's; they know no server.
import { useContext } from "react";
import { Card, Switch } from "@/ui";
import { t as s } from "@/words/awarding-settings";
import type { Unit } from "../model/amounts";
import type { TermsForm } from "../model/terms";
import { Questions, Rubric, Tiers } from "./settings-asked";
import { Line, Lines, ProblemsContext } from "./settings-field";
import { BackingRows, Deadlines, PartsAndReports, PaysFor, type RulesProps } from "./settings-rules";

export interface CardsProps extends RulesProps {
  name: string;
  onName(name: string): void;
  unit: Unit;
}

export function SettingsCards({ name, onName, unit, ...all }: CardsProps) {
  return (
    <>
      <General {...all} name={name} onName={onName} />
      <AskedCards {...all} unit={unit} />
      <WordsCard {...all} />
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
    </>
  );
}

function General({ form, set, disabled, name, onName }: RulesProps & Pick<CardsProps, "name" | "onName">) {
  return (
    <Card title={s("general")}>
      <div className="flex flex-col gap-4">
        <Line place="name" label={s("name")} value={name} onChange={onName} max={200} disabled={disabled} />
        <Lines
          place="about"
          label={s("about")}
          value={form.about}
          onChange={(about) => set({ about })}
          hint={s("aboutHint")}
          disabled={disabled}
          optional
        />
        <Switch
          checked={form.public}
          onChange={(now) => set({ public: now })}
          label={s("publicPage")}
          hint={s("publicHint")}
          disabled={disabled}
        />
      </div>
    </Card>
  );
}

function AskedCards({ form, set, disabled, unit }: RulesProps & { unit: Unit }) {
  const problem = useContext(ProblemsContext).get("tiers");
  return (
    <>
      <Card title={s("tiers")} about={s("tiersAbout")}>
        <Tiers rows={form.tiers} onChange={(tiers) => set({ tiers })} disabled={disabled} unit={unit} />
        {problem && <p className="mt-2 text-sm text-bad">{problem}</p>}
      </Card>
      <Card title={s("questions")} about={s("questionsAbout")}>
        <Questions rows={form.fields} onChange={(fields) => set({ fields })} disabled={disabled} />
      </Card>
      <Card title={s("rubric")} about={s("rubricAbout")}>
        <Rubric rows={form.rubric} onChange={(rubric) => set({ rubric })} disabled={disabled} />
      </Card>
    </>
  );
}

function WordsCard({ form, set, disabled }: RulesProps) {
  const lines = (name: "conditions" | "acknowledgement", label: string, hint: string) => (
    <Lines
      place={name}
      label={label}
      value={form[name]}
      onChange={(text: string) => set({ [name]: text } as Partial<TermsForm>)}
      hint={hint}
      disabled={disabled}
      optional
    />
  );
  return (
    <Card title={s("words")}>
      <div className="flex flex-col gap-4">
        {lines("conditions", s("conditions"), s("conditionsHint"))}
        {lines(
          "acknowledgement",
          s("acknowledgement"),
          s("acknowledgementHint", { hole: "{programme}", other: "{award}" }),
        )}
      </div>
    </Card>
  );
}
