import { Field, Select } from "@/ui";
import { t } from "@/words/people";

const DAY_S = 86_400;

/** After how long a key ends; "" = never. */
export type Life = "" | "30" | "90" | "365";

export function lifeSeconds(life: Life): number | null {
  return life === "" ? null : Number(life) * DAY_S;
}

export function LifeField({ value, onChange }: { value: Life; onChange(life: Life): void }) {
  return (
    <Field label={t("keyLife")}>
      <Select value={value} onChange={(event) => onChange(event.target.value as Life)}>
        <option value="30">{t("keyLife30")}</option>
        <option value="90">{t("keyLife90")}</option>
        <option value="365">{t("keyLife365")}</option>
        <option value="">{t("keyLifeNever")}</option>
      </Select>
    </Field>
  );
}
