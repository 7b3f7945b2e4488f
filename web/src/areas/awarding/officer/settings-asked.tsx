// What a programme asks: its tiers, the questions of its form, its rubric.
import { Checkbox, Field, Select } from "@/ui";
import { t as s } from "@/words/awarding-settings";
import type { Unit } from "../model/amounts";
import { type CriterionForm, newKey, type QuestionForm, type TierForm } from "../model/terms";
import { Rows } from "./rows";
import { Line, Lines } from "./settings-field";

export interface PartProps<Row> {
  rows: Row[];
  onChange(rows: Row[]): void;
  disabled: boolean;
}

export function Tiers({ rows, onChange, disabled, unit }: PartProps<TierForm> & { unit: Unit }) {
  const fresh = () => ({
    key: newKey(),
    name: "",
    amount_max: unit === "tokens" ? "1B" : "$1,000",
    days: "365",
    reviews: "0",
    about: "",
  });
  return (
    <Rows
      rows={rows}
      onChange={onChange}
      disabled={disabled}
      most={20}
      named={(row) => row.name}
      adds={[{ label: s("addTier"), fresh }]}
      draw={(row, change) => {
        const at = (name: string) => `tiers.${row.key}.${name}`;
        return (
          <div className="grid gap-3 sm:grid-cols-[2fr_2fr_1fr_1fr]">
            <Line place={at("name")} label={s("tierName")} value={row.name} onChange={(name) => change({ name })} />
            <Line
              place={at("amount_max")}
              label={s("tierMost")}
              value={row.amount_max}
              onChange={(amount_max) => change({ amount_max })}
            />
            <Line
              place={at("days")}
              label={s("tierDays")}
              value={row.days}
              onChange={(days) => change({ days })}
              figure
            />
            <Line
              place={at("reviews")}
              label={s("tierReviews")}
              value={row.reviews}
              onChange={(reviews) => change({ reviews })}
              figure
            />
            <div className="sm:col-span-4">
              <Line
                place={at("about")}
                label={s("tierAbout")}
                value={row.about}
                onChange={(about) => change({ about })}
                max={10_000}
                optional
              />
            </div>
          </div>
        );
      }}
    />
  );
}

const KINDS = {
  text: s("kind_text"),
  long_text: s("kind_long_text"),
  number: s("kind_number"),
  choice: s("kind_choice"),
  yes_no: s("kind_yes_no"),
  url: s("kind_url"),
} as const;

export function Questions({ rows, onChange, disabled }: PartProps<QuestionForm>) {
  const fresh = (): QuestionForm => ({
    key: newKey(),
    id: "",
    label: "",
    kind: "text",
    required: true,
    choices: "",
    help: "",
    words_max: "",
  });
  return (
    <Rows
      rows={rows}
      onChange={onChange}
      disabled={disabled}
      most={50}
      named={(row) => row.label}
      adds={[{ label: s("addQuestion"), fresh }]}
      draw={(row, change) => <Question row={row} change={change} />}
    />
  );
}

function Question({ row, change }: { row: QuestionForm; change(part: Partial<QuestionForm>): void }) {
  const at = (name: string) => `fields.${row.key}.${name}`;
  const counted = row.kind === "text" || row.kind === "long_text";
  return (
    <div className="grid gap-3 sm:grid-cols-[3fr_2fr_1fr]">
      <Line place={at("label")} label={s("question")} value={row.label} onChange={(label) => change({ label })} />
      <Field label={s("questionKind")}>
        <Select value={row.kind} onChange={(event) => change({ kind: event.target.value as QuestionForm["kind"] })}>
          {Object.entries(KINDS).map(([kind, label]) => (
            <option key={kind} value={kind}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
      {counted && (
        <Line
          place={at("words_max")}
          label={s("questionWords")}
          value={row.words_max}
          onChange={(words_max) => change({ words_max })}
          figure
        />
      )}
      {row.kind === "choice" && (
        <div className="sm:col-span-3">
          <Lines
            place={at("choices")}
            label={s("questionChoices")}
            value={row.choices}
            onChange={(choices) => change({ choices })}
            hint={s("questionChoicesHint")}
          />
        </div>
      )}
      <div className="sm:col-span-3">
        <Line
          place={at("help")}
          label={s("questionHelp")}
          value={row.help}
          onChange={(help) => change({ help })}
          max={10_000}
          optional
        />
      </div>
      <Checkbox checked={row.required} onChange={(required) => change({ required })} label={s("questionRequired")} />
    </div>
  );
}

export function Rubric({ rows, onChange, disabled }: PartProps<CriterionForm>) {
  const fresh = () => ({ key: newKey(), id: "", label: "", points_max: "5", weight: "1", help: "" });
  return (
    <Rows
      rows={rows}
      onChange={onChange}
      disabled={disabled}
      most={20}
      named={(row) => row.label}
      adds={[{ label: s("addCriterion"), fresh }]}
      draw={(row, change) => {
        const at = (name: string) => `rubric.${row.key}.${name}`;
        return (
          <div className="grid gap-3 sm:grid-cols-[3fr_1fr_1fr]">
            <Line
              place={at("label")}
              label={s("criterion")}
              value={row.label}
              onChange={(label) => change({ label })}
            />
            <Line
              place={at("points_max")}
              label={s("criterionPoints")}
              value={row.points_max}
              onChange={(points_max) => change({ points_max })}
              figure
            />
            <Line
              place={at("weight")}
              label={s("criterionWeight")}
              value={row.weight}
              onChange={(weight) => change({ weight })}
              figure
            />
            <div className="sm:col-span-3">
              <Line
                place={at("help")}
                label={s("criterionHelp")}
                value={row.help}
                onChange={(help) => change({ help })}
                max={10_000}
                optional
              />
            </div>
          </div>
        );
      }}
    />
  );
}
