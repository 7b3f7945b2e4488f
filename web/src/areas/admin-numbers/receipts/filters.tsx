import { useId, useState } from "react";
import { byName, labelOf, useEverybody, useProjects } from "@/areas/admin-people/lists";
import { Button, Field, Input, moneyOf, Select } from "@/ui";
import { t } from "@/words/admin-numbers";
import type { Scope } from "../dashboard/data";
import { countOf, type Sought, STATES, type State } from "./sought";

export interface FiltersProps {
  scope: Scope;
  sought: Sought;
  onChange(sought: Sought): void;
  /** Models that were seen, to choose from. */
  models: readonly string[];
}

/** Which requests are listed. Each choice is taken at once; text when one leaves its field. */
export function Filters({ scope, sought, onChange, models }: FiltersProps) {
  const projects = byName(useProjects().data);
  const people = byName(useEverybody().data);
  const list = useId();
  const set = (change: Sought) => onChange({ ...sought, ...change });
  return (
    <search className="grid grid-cols-2 items-end gap-3 sm:grid-cols-3 lg:grid-cols-4">
      <Field label={t("project")}>
        <Select value={sought.project ?? ""} onChange={(event) => set({ project: event.target.value || undefined })}>
          <option value="">{t("any")}</option>
          {projects.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </Select>
      </Field>
      {scope === "all" && people.length > 0 && (
        <Field label={t("member")}>
          <Select value={sought.member ?? ""} onChange={(event) => set({ member: event.target.value || undefined })}>
            <option value="">{t("any")}</option>
            {people.map((one) => (
              <option key={one.id} value={one.id}>
                {labelOf(one)}
              </option>
            ))}
          </Select>
        </Field>
      )}
      <Field label={t("model")}>
        <Typed value={sought.model} list={list} onTake={(model) => set({ model })} />
      </Field>
      <datalist id={list}>
        {models.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <Field label={t("state")}>
        <Select
          value={sought.state ?? ""}
          onChange={(event) => set({ state: (event.target.value || undefined) as State | undefined })}
        >
          <option value="">{t("any")}</option>
          {STATES.map((one) => (
            <option key={one} value={one}>
              {t(`state.${one}`)}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={t("from")}>
        <Input
          type="date"
          value={sought.from ?? ""}
          onChange={(event) => set({ from: event.target.value || undefined })}
        />
      </Field>
      <Field label={t("until")}>
        <Input type="date" value={sought.to ?? ""} onChange={(event) => set({ to: event.target.value || undefined })} />
      </Field>
      <Cost usd={sought.usd} onTake={(usd) => set({ usd })} />
      <div className="flex">
        <Button disabled={countOf(sought) === 0} onClick={() => onChange({})}>
          {t("clearFilters")}
        </Button>
      </div>
    </search>
  );
}

interface TypedProps {
  value: string | undefined;
  list?: string;
  onTake(value: string | undefined): void;
}

/** Text that counts when one leaves the field or presses Enter. */
function Typed({ value, list, onTake }: TypedProps) {
  const [text, setText] = useState<string | null>(null);
  const take = () => {
    if (text !== null && text.trim() !== (value ?? "")) onTake(text.trim() || undefined);
    setText(null);
  };
  return (
    <Input
      {...(list ? { list } : {})}
      value={text ?? value ?? ""}
      placeholder={t("any")}
      onChange={(event) => setText(event.target.value)}
      onBlur={take}
      onKeyDown={(event) => event.key === "Enter" && take()}
    />
  );
}

function Cost({ usd, onTake }: { usd: string | undefined; onTake(usd: string | undefined): void }) {
  const bad = usd !== undefined && moneyOf(usd) === null;
  return (
    <Field label={t("costFrom")} {...(bad ? { error: t("costFromBad") } : {})}>
      <Typed value={usd} onTake={onTake} />
    </Field>
  );
}
