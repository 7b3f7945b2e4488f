// What an award is for: a project that is there or one to be made, and an award that is to go on.
import type { AwardShape, OwnProject } from "@/api/schema";
import { cx, Field, Select } from "@/ui";
import { t as a } from "@/words/awarding-apply";

export interface ForWhatValue {
  project_id: string | null;
  renews: string | null;
}

export interface ForWhatProps {
  value: ForWhatValue;
  onChange(value: ForWhatValue): void;
  projects: readonly OwnProject[];
  /** Those of the programme. */
  awards: readonly AwardShape[];
}

export function ForWhat({ value, onChange, projects, awards }: ForWhatProps) {
  const renewed = awards.find((one) => one.id === value.renews);
  return (
    <div className={cx("grid gap-5", awards.length > 0 && "sm:grid-cols-2")}>
      <Field label={a("fieldProject")} hint={a("fieldProjectHint")}>
        <Select
          value={renewed?.project_id ?? value.project_id ?? ""}
          disabled={renewed !== undefined}
          onChange={(event) => onChange({ ...value, project_id: event.target.value || null })}
        >
          <option value="">{a("projectNew")}</option>
          {projects.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </Select>
      </Field>
      {awards.length > 0 && (
        <Field label={a("fieldRenews")} hint={a("fieldRenewsHint")}>
          <Select
            value={value.renews ?? ""}
            onChange={(event) => onChange({ project_id: null, renews: event.target.value || null })}
          >
            <option value="">{a("renewsNone")}</option>
            {awards.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </Select>
        </Field>
      )}
    </div>
  );
}
