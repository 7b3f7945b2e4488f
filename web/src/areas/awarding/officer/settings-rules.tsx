// By which rules a programme awards: what awards pay for, parts and reports, deadlines, and what stands behind the pool.
import { Field, Select, Switch } from "@/ui";
import { t as s } from "@/words/awarding-settings";
import { type FleetForm, newKey, type ProviderForm, type TermsForm } from "../model/terms";
import { Rows } from "./rows";
import { Line, Lines } from "./settings-field";

export interface RulesProps {
  form: TermsForm;
  set(part: Partial<TermsForm>): void;
  disabled: boolean;
}

export function PaysFor({ form, set, disabled }: RulesProps) {
  return (
    <div className="flex flex-col gap-4">
      <Lines
        place="models"
        label={s("models")}
        value={form.models}
        onChange={(models) => set({ models })}
        hint={s("modelsHint")}
        disabled={disabled}
        optional
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Figure
          name="requests_per_minute"
          label={s("requestsPerMinute")}
          hint={s("noBound")}
          {...{ form, set, disabled }}
        />
        <Figure
          name="tokens_per_minute"
          label={s("tokensPerMinute")}
          hint={s("noBound")}
          {...{ form, set, disabled }}
        />
        <Field label={s("whenUsedUp")}>
          <Select
            value={form.on_exhaustion}
            disabled={disabled}
            onChange={(event) => set({ on_exhaustion: event.target.value as TermsForm["on_exhaustion"] })}
          >
            <option value="block">{s("usedUp_block")}</option>
            <option value="downgrade">{s("usedUp_downgrade")}</option>
            <option value="low_priority">{s("usedUp_low_priority")}</option>
          </Select>
        </Field>
        {form.on_exhaustion === "downgrade" && (
          <Line
            place="downgrade_to"
            label={s("downgradeTo")}
            value={form.downgrade_to}
            onChange={(downgrade_to) => set({ downgrade_to })}
            disabled={disabled}
          />
        )}
      </div>
    </div>
  );
}

export function PartsAndReports({ form, set, disabled }: RulesProps) {
  const parts = form.tranches.trim() !== "1";
  return (
    <div className="flex flex-col gap-4">
      <div className="grid gap-4 sm:grid-cols-3">
        <Figure name="tranches" label={s("trancheCount")} hint={s("trancheHint")} {...{ form, set, disabled }} />
        {parts && (
          <Field label={s("releasedBy")}>
            <Select
              value={form.released_by}
              disabled={disabled}
              onChange={(event) => set({ released_by: event.target.value as TermsForm["released_by"] })}
            >
              <option value="date">{s("releasedBy_date")}</option>
              <option value="report">{s("releasedBy_report")}</option>
            </Select>
          </Field>
        )}
        {parts && form.released_by === "date" && (
          <Figure name="tranche_days" label={s("trancheDays")} {...{ form, set, disabled }} />
        )}
      </div>
      <Switch
        checked={form.final}
        onChange={(final) => set({ final })}
        label={s("finalReport")}
        hint={s("finalHint")}
        disabled={disabled}
      />
      <div className="grid gap-4 sm:grid-cols-3">
        <Figure name="report_days" label={s("reportDays")} hint={s("reportHint")} {...{ form, set, disabled }} />
        {form.final && <Figure name="final_within_days" label={s("finalDays")} {...{ form, set, disabled }} />}
      </div>
    </div>
  );
}

export function Deadlines({ form, set, disabled }: RulesProps) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Figure name="review_within_days" label={s("reviewDays")} {...{ form, set, disabled }} />
      <Figure name="accept_within_days" label={s("acceptDays")} {...{ form, set, disabled }} />
      <Figure name="applications_max" label={s("applicationsMax")} {...{ form, set, disabled }} />
      <Figure name="ratio_max_percent" label={s("ratio")} hint={s("ratioHint")} {...{ form, set, disabled }} />
    </div>
  );
}

type Figures = { [K in keyof TermsForm]: TermsForm[K] extends string ? K : never }[keyof TermsForm];

function Figure(props: RulesProps & { name: Figures; label: string; hint?: string }) {
  const { form, set, name, label, hint, disabled } = props;
  return (
    <Line
      place={name}
      label={label}
      hint={hint}
      value={form[name]}
      onChange={(text) => set({ [name]: text })}
      disabled={disabled}
      figure
    />
  );
}

export function BackingRows({ form, set, disabled }: RulesProps) {
  return (
    <Rows<FleetForm | ProviderForm>
      rows={form.backing}
      onChange={(backing) => set({ backing })}
      disabled={disabled}
      most={50}
      named={(row) => (row.type === "fleet" ? s("fleet") : row.name || s("provider"))}
      adds={[
        { label: s("addFleet"), fresh: freshFleet },
        { label: s("addProvider"), fresh: freshProvider },
      ]}
      draw={(row, change) =>
        row.type === "fleet" ? <FleetFields row={row} change={change} /> : <ProviderFields row={row} change={change} />
      }
    />
  );
}

const freshFleet = (): FleetForm => ({
  type: "fleet",
  key: newKey(),
  accelerators: "8",
  tokens_per_second: "",
  measured: "",
  power_w: "",
  available_percent: "100",
  shares: [],
});
const freshProvider = (): ProviderForm => ({
  type: "provider",
  key: newKey(),
  name: "",
  nanousd_per_million: "",
  money: "",
  tokens_per_second: "",
  shares: [],
});

function FleetFields({ row, change }: { row: FleetForm; change(part: Partial<FleetForm>): void }) {
  const at = (name: string) => `backing.${row.key}.${name}`;
  const line = (name: "accelerators" | "tokens_per_second" | "available_percent" | "power_w", label: string) => (
    <Line
      place={at(name)}
      label={label}
      value={row[name]}
      onChange={(text) => change({ [name]: text })}
      figure
      optional={name === "power_w"}
    />
  );
  return (
    <div className="grid gap-3 sm:grid-cols-4">
      {line("accelerators", s("accelerators"))}
      {line("tokens_per_second", s("rate"))}
      {line("available_percent", s("available"))}
      {line("power_w", s("power"))}
      <div className="sm:col-span-4">
        <Line
          place={at("measured")}
          label={s("measured")}
          value={row.measured}
          onChange={(measured) => change({ measured })}
          max={10_000}
        />
      </div>
    </div>
  );
}

function ProviderFields({ row, change }: { row: ProviderForm; change(part: Partial<ProviderForm>): void }) {
  const at = (name: string) => `backing.${row.key}.${name}`;
  const line = (name: "name" | "nanousd_per_million" | "money" | "tokens_per_second", label: string) => (
    <Line
      place={at(name)}
      label={label}
      value={row[name]}
      onChange={(text) => change({ [name]: text })}
      optional={name === "tokens_per_second"}
    />
  );
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      {line("name", s("providerName"))}
      {line("nanousd_per_million", s("price"))}
      {line("money", s("money"))}
      {line("tokens_per_second", s("providerRate"))}
    </div>
  );
}
