import { X } from "lucide-react";
import { Button, cx, dayField, Field, Input, Select } from "@/ui";
import { t } from "@/words/admin-numbers";
import { type Asked, GROUPS, type GroupBy, WINDOWS } from "./asked";

export interface ControlsProps {
  asked: Asked;
  onChange(asked: Asked): void;
  /** What the filters are called. */
  names: Readonly<Record<string, string>>;
  groups?: readonly GroupBy[];
}

const DAY_S = 86_400;

/** Which time, divided by what, of whom alone. */
export function Controls({ asked, onChange, names, groups = GROUPS }: ControlsProps) {
  const custom = asked.from !== undefined;
  return (
    <div className="flex flex-wrap items-end gap-x-4 gap-y-3">
      <fieldset className="min-w-0 max-sm:w-full">
        <legend className="mb-1.5 text-sm font-medium">{t("window")}</legend>
        <div className="flex rounded border border-field bg-raised p-0.5 max-sm:overflow-x-auto">
          {WINDOWS.map((one) => (
            <Choice
              key={one}
              on={!custom && (asked.window ?? "30d") === one}
              label={t(`window.${one}`)}
              onPick={() => onChange({ ...asked, window: one, from: undefined, to: undefined })}
            />
          ))}
          <Choice
            on={custom}
            label={t("custom")}
            onPick={() => onChange({ ...asked, from: dayField(Date.now() / 1000 - 13 * DAY_S), to: undefined })}
          />
        </div>
      </fieldset>
      {custom && (
        <>
          <Field label={t("from")} className="w-40">
            <Input
              type="date"
              value={asked.from ?? ""}
              onChange={(event) => event.target.value && onChange({ ...asked, from: event.target.value })}
            />
          </Field>
          <Field label={t("until")} className="w-40">
            <Input
              type="date"
              value={asked.to ?? ""}
              {...(asked.from ? { min: asked.from } : {})}
              onChange={(event) => onChange({ ...asked, to: event.target.value || undefined })}
            />
          </Field>
        </>
      )}
      <Field label={t("groupBy")} className="w-40">
        <Select
          value={asked.by ?? "model"}
          onChange={(event) => onChange({ ...asked, by: event.target.value as GroupBy })}
        >
          {groups.map((one) => (
            <option key={one} value={one}>
              {t(`by.${one}`)}
            </option>
          ))}
        </Select>
      </Field>
      <Filters asked={asked} onChange={onChange} names={names} />
    </div>
  );
}

function Choice({ on, label, onPick }: { on: boolean; label: string; onPick(): void }) {
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={onPick}
      className={cx(
        "min-h-10 shrink-0 rounded-sm px-3 text-sm whitespace-nowrap sm:min-h-8",
        on ? "bg-wash font-medium text-ink" : "text-soft hover:text-ink",
      )}
    >
      {label}
    </button>
  );
}

function Filters({ asked, onChange, names }: ControlsProps) {
  const set = (["project", "model", "member", "key"] as const).flatMap((name) => {
    const value = asked[name];
    return value === undefined ? [] : [{ name, value, label: names[value] ?? value }];
  });
  return set.map(({ name, value, label }) => (
    <Button
      key={name}
      size="small"
      aria-label={t("clearFilter", { what: label })}
      icon={<X aria-hidden className="size-4" />}
      onClick={() => onChange({ ...asked, [name]: undefined })}
      className="sm:min-h-9.5"
      value={value}
    >
      {t("onlyOf", { what: label })}
    </Button>
  ));
}
