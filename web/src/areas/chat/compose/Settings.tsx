/** How a chat's answers are made: instructions and parameters, in a dialog. */
import { type FormEvent, useState } from "react";
import { Button, Dialog, ErrorNote, Field, Input, Select, TextArea } from "@/ui";
import { t } from "@/words/chat-settings";
import type { Parameters } from "../model/types";
import { EFFORTS, parametersOf, RANGES, type Typed, typedOf } from "./parameters";

export type Setting = { system: string | null; parameters: Parameters };

type Props = {
  onClose: () => void;
  setting: Setting;
  onSave: (setting: Setting) => Promise<unknown>;
};

export default function Settings({ onClose, setting, onSave }: Props) {
  return (
    <Dialog open onClose={onClose} title={t("settings")}>
      <Form setting={setting} onSave={onSave} onClose={onClose} />
    </Dialog>
  );
}

function Form({ setting, onSave, onClose }: Props) {
  const [system, setSystem] = useState(setting.system ?? "");
  const [typed, setTyped] = useState<Typed>(() => typedOf(setting.parameters));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const read = parametersOf(typed);
  const change = (name: keyof Typed) => (event: { target: { value: string } }) =>
    setTyped({ ...typed, [name]: event.target.value });
  const wrong = (name: keyof typeof RANGES) =>
    "wrong" in read && read.wrong.includes(name)
      ? t("settings.wrong", { from: RANGES[name].from, to: RANGES[name].to })
      : undefined;

  async function save(event: FormEvent) {
    event.preventDefault();
    if ("wrong" in read) return;
    setBusy(true);
    setError(null);
    try {
      await onSave({ system: system.trim() ? system : null, parameters: read.parameters });
      onClose();
    } catch (refused) {
      setError(refused);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form onSubmit={save} className="flex flex-col gap-4">
      <Field label={t("settings.system")} hint={t("settings.systemHint")}>
        <TextArea value={system} maxLength={100_000} rows={5} onChange={(event) => setSystem(event.target.value)} />
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t("settings.temperature")} hint={t("settings.temperatureHint")} error={wrong("temperature")}>
          <Input inputMode="decimal" autoComplete="off" value={typed.temperature} onChange={change("temperature")} />
        </Field>
        <Field label={t("settings.topP")} hint={t("settings.topPHint")} error={wrong("top_p")}>
          <Input inputMode="decimal" autoComplete="off" value={typed.top_p} onChange={change("top_p")} />
        </Field>
        <Field label={t("settings.max")} hint={t("settings.maxHint")} error={wrong("max_output_tokens")}>
          <Input
            inputMode="numeric"
            autoComplete="off"
            value={typed.max_output_tokens}
            onChange={change("max_output_tokens")}
          />
        </Field>
        <Field label={t("settings.effort")} hint={t("settings.effortHint")}>
          <Select value={typed.reasoning_effort} onChange={change("reasoning_effort")}>
            <option value="">{t("settings.effortOwn")}</option>
            {EFFORTS.map((effort) => (
              <option key={effort} value={effort}>
                {t(`settings.effort.${effort}`)}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      {error !== null && <ErrorNote error={error} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t("settings.cancel")}</Button>
        <Button look="main" type="submit" busy={busy} disabled={"wrong" in read}>
          {t("settings.save")}
        </Button>
      </div>
    </form>
  );
}
