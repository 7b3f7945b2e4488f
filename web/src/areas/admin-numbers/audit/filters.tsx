import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import { byName, labelOf, useEverybody, useProjects } from "@/areas/admin-people/lists";
import { Button, Field, Input, Select } from "@/ui";
import { t } from "@/words/admin-audit";
import { grouped, type Looked, typeWords } from "./looked";

/** Which rows. Choices count at once, words when one leaves their field. */
export function Filters({ looked, onChange }: { looked: Looked; onChange(looked: Looked): void }) {
  const people = byName(useEverybody().data);
  const projects = byName(useProjects().data);
  const types = useQuery({
    queryKey: ["audit-types"],
    queryFn: ({ signal }) => api.get("/v1/tokenry/audit_log/types", { signal }),
  });
  const set = (change: Looked) => onChange({ ...looked, ...change });
  return (
    <search className="grid grid-cols-2 items-end gap-3 sm:grid-cols-3 lg:grid-cols-4">
      <Words value={looked.q} onTake={(q) => set({ q })} />
      <Field label={t("type")}>
        <Select value={looked.type ?? ""} onChange={(event) => set({ type: event.target.value || undefined })}>
          <option value="">{t("anything")}</option>
          {grouped((types.data?.data ?? []).map((one) => one.type)).map((group) => (
            <optgroup key={group.begins} label={typeWords(group.begins.slice(0, -1))}>
              <option value={group.begins}>{t("allOf", { what: typeWords(group.begins.slice(0, -1)) })}</option>
              {group.types.map((one) => (
                <option key={one} value={one}>
                  {typeWords(one)}
                </option>
              ))}
            </optgroup>
          ))}
        </Select>
      </Field>
      <Field label={t("who")}>
        <Select value={looked.actor ?? ""} onChange={(event) => set({ actor: event.target.value || undefined })}>
          <option value="">{t("anybody")}</option>
          {people.map((one) => (
            <option key={one.id} value={one.id}>
              {labelOf(one)}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={t("project")}>
        <Select value={looked.project ?? ""} onChange={(event) => set({ project: event.target.value || undefined })}>
          <option value="">{t("any")}</option>
          {projects.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={t("from")}>
        <Input
          type="date"
          value={looked.from ?? ""}
          onChange={(event) => set({ from: event.target.value || undefined })}
        />
      </Field>
      <Field label={t("until")}>
        <Input type="date" value={looked.to ?? ""} onChange={(event) => set({ to: event.target.value || undefined })} />
      </Field>
      <div className="flex">
        <Button disabled={!Object.values(looked).some(Boolean)} onClick={() => onChange({})}>
          {t("clear")}
        </Button>
      </div>
    </search>
  );
}

function Words({ value, onTake }: { value: string | undefined; onTake(value: string | undefined): void }) {
  const [text, setText] = useState<string | null>(null);
  const take = () => {
    if (text !== null && text.trim() !== (value ?? "")) onTake(text.trim() || undefined);
    setText(null);
  };
  return (
    <Field label={t("search")}>
      <Input
        type="search"
        value={text ?? value ?? ""}
        placeholder={t("searchHint")}
        onChange={(event) => setText(event.target.value)}
        onBlur={take}
        onKeyDown={(event) => event.key === "Enter" && take()}
      />
    </Field>
  );
}
