// Fields that choose one of what there is: a role, a person, a group, a project, a class of data.
import { Checkbox, Select } from "@/ui";
import { t } from "@/words/people";
import { byName, labelOf, useEverybody, useGroups, useModelNames, useProjects } from "./lists";

interface ChoiceProps {
  value: string;
  onChange(value: string): void;
  disabled?: boolean;
}

export const ORGANIZATION_ROLES = ["owner", "admin", "officer", "reviewer", "auditor", "member"] as const;
export const PROJECT_ROLES = ["owner", "member"] as const;
export const DATA_CLASSES = ["public", "internal", "confidential"] as const;
export type DataClass = (typeof DATA_CLASSES)[number];

/** A role in the organization; only owners may choose `owner`. */
export function RoleSelect({ value, onChange, disabled, owners }: ChoiceProps & { owners: boolean }) {
  return (
    <Select value={value} onChange={(event) => onChange(event.target.value)} disabled={disabled}>
      {ORGANIZATION_ROLES.map((role) => (
        <option key={role} value={role} disabled={role === "owner" && !owners}>
          {role}
        </option>
      ))}
    </Select>
  );
}

export function ProjectRoleSelect({ value, onChange, disabled }: ChoiceProps) {
  return (
    <Select value={value} onChange={(event) => onChange(event.target.value)} disabled={disabled}>
      {PROJECT_ROLES.map((role) => (
        <option key={role} value={role}>
          {role}
        </option>
      ))}
    </Select>
  );
}

/** Somebody of the organization who is not left out. */
export function PersonSelect({ value, onChange, without }: ChoiceProps & { without?: ReadonlySet<string> }) {
  const people = useEverybody();
  return (
    <Select value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">{t("choose")}</option>
      {byName(people.data)
        .filter((one) => !without?.has(one.id))
        .map((one) => (
          <option key={one.id} value={one.id}>
            {labelOf(one)}
          </option>
        ))}
    </Select>
  );
}

export function GroupSelect({
  value,
  onChange,
  without,
  none,
}: ChoiceProps & { without?: ReadonlySet<string>; none?: string }) {
  const groups = useGroups();
  return (
    <Select value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">{none ?? t("choose")}</option>
      {byName(groups.data)
        .filter((one) => !without?.has(one.id))
        .map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
    </Select>
  );
}

export function ProjectSelect({ value, onChange, disabled }: ChoiceProps) {
  const projects = useProjects();
  return (
    <Select value={value} onChange={(event) => onChange(event.target.value)} disabled={disabled}>
      <option value="">{t("choose")}</option>
      {byName(projects.data).map((one) => (
        <option key={one.id} value={one.id}>
          {one.name}
        </option>
      ))}
    </Select>
  );
}

const DATA_WORDS: Record<DataClass, string> = {
  public: t("dataPublic"),
  internal: t("dataInternal"),
  confidential: t("dataConfidential"),
};

/** A class of data; with `none` there may be none. */
export function DataClassSelect({ value, onChange, disabled, none }: ChoiceProps & { none?: string }) {
  return (
    <Select value={value} onChange={(event) => onChange(event.target.value)} disabled={disabled}>
      {none && <option value="">{none}</option>}
      {DATA_CLASSES.map((one) => (
        <option key={one} value={one}>
          {DATA_WORDS[one]}
        </option>
      ))}
    </Select>
  );
}

/** Models to tick. What is chosen and not served any more stands there, too, so that it can be taken out. */
export function ModelTicks(props: {
  label: string;
  chosen: readonly string[];
  onChange(chosen: string[]): void;
  projectId?: string;
  disabled?: boolean;
}) {
  const { chosen } = props;
  const served = useModelNames(props.projectId);
  const names = [...new Set([...(served.data ?? []), ...chosen])];
  return (
    <fieldset>
      <legend className="sr-only">{props.label}</legend>
      <div className="grid max-h-72 gap-x-6 overflow-y-auto sm:grid-cols-2">
        {names.map((name) => (
          <Checkbox
            key={name}
            label={<span className="wrap-anywhere">{name}</span>}
            checked={chosen.includes(name)}
            disabled={props.disabled ?? false}
            onChange={(on) => props.onChange(on ? [...chosen, name] : chosen.filter((one) => one !== name))}
          />
        ))}
      </div>
    </fieldset>
  );
}
