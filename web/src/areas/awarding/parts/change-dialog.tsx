// A change of an award: asked for, or made at once by an officer. What it needs depends on what it is.
import { useState } from "react";
import { api } from "@/api/client";
import type { Amend, WholeAward } from "@/api/schema";
import { dayField, dayOfField, dayWords, Field, Input, Select } from "@/ui";
import { t } from "@/words/awarding";
import { t as w } from "@/words/awarding-award";
import { act, useAwards, useMyAwards } from "../data";
import { amountWords } from "../model/amounts";
import { ActDialog } from "./act";
import { AmountField, amountOf, REASON_MAX, WordsField } from "./fields";

type ChangeKind = Amend["kind"];
const KINDS: readonly { kind: ChangeKind; label: string }[] = [
  { kind: "supplement", label: w("kindSupplement") },
  { kind: "extension", label: w("kindExtension") },
  { kind: "transfer", label: w("kindTransfer") },
  { kind: "withdrawal", label: w("kindWithdrawal") },
];

export interface ChangeDialogProps {
  award: WholeAward;
  officer: boolean;
  onClose(): void;
}

export function ChangeDialog({ award, officer, onClose }: ChangeDialogProps) {
  const [kind, setKind] = useState<ChangeKind>("supplement");
  const [amountText, setAmount] = useState("");
  const [until, setUntil] = useState(dayField(award.ends_at));
  const [other, setOther] = useState("");
  const [reason, setReason] = useState("");
  const most = kind === "supplement" ? undefined : (award.units?.left ?? 0);
  const amount = kind === "extension" ? null : amountOf(amountText, award.unit, most);
  const ends = kind === "extension" ? dayOfField(until) : null;
  const later = ends !== null && ends > award.ends_at;
  const ready =
    reason.trim() !== "" && (kind === "extension" ? later : amount !== null) && (kind !== "transfer" || other !== "");

  function go() {
    const path = { award_id: award.id };
    const body: Amend = {
      kind,
      reason: reason.trim(),
      amount,
      until: ends,
      other_award_id: kind === "transfer" ? other : null,
    };
    return officer
      ? api.post("/v1/tokenry/awards/{award_id}/amendments", { path, body })
      : api.post("/v1/tokenry/me/awards/{award_id}/amendments", { path, body });
  }

  return (
    <ActDialog
      open
      onClose={onClose}
      title={officer ? w("changeTitle", { name: award.name }) : w("askTitle", { name: award.name })}
      what={officer ? w("changeWhat") : w("askWhat")}
      verb={officer ? w("changeVerb") : w("askVerb")}
      ready={ready}
      act={() => act(go, officer ? w("changed") : w("askedFor"))}
    >
      <Field label={w("kind")}>
        <Select value={kind} onChange={(event) => setKind(event.target.value as ChangeKind)}>
          {KINDS.map((one) => (
            <option key={one.kind} value={one.kind}>
              {one.label}
            </option>
          ))}
        </Select>
      </Field>
      {kind === "extension" ? (
        <Field label={w("newEnd")} hint={w("newEndHint", { day: dayWords(award.ends_at) })}>
          <Input type="date" value={until} onChange={(event) => setUntil(event.target.value)} />
        </Field>
      ) : (
        <AmountField
          label={t("amount")}
          unit={award.unit}
          value={amountText}
          onChange={setAmount}
          most={most}
          hint={most !== undefined && t("amountMost", { most: amountWords(most, award.unit) })}
        />
      )}
      {kind === "transfer" && <OtherAward award={award} officer={officer} value={other} onChange={setOther} />}
      <WordsField label={w("whyAsk")} value={reason} onChange={setReason} max={REASON_MAX} />
    </ActDialog>
  );
}

interface OtherProps {
  award: WholeAward;
  officer: boolean;
  value: string;
  onChange(id: string): void;
}

function OtherAward(props: OtherProps) {
  return props.officer ? <OtherOfAll {...props} /> : <OtherOfMine {...props} />;
}

function OtherOfAll(props: OtherProps) {
  const { project_id, programme_id } = props.award;
  return <OtherSelect {...props} awards={useAwards({ project_id, programme_id }).rows ?? []} />;
}

function OtherOfMine(props: OtherProps) {
  const { project_id, programme_id } = props.award;
  const found = useMyAwards().data ?? [];
  const here = found.filter((one) => one.project_id === project_id && one.programme_id === programme_id);
  return <OtherSelect {...props} awards={here} />;
}

function OtherSelect({ award, value, onChange, awards }: OtherProps & { awards: { id: string; name: string }[] }) {
  const others = awards.filter((one) => one.id !== award.id);
  if (others.length === 0) return <p className="text-soft">{w("otherAwardNone")}</p>;
  return (
    <Field label={w("otherAward")} hint={w("otherAwardHint")}>
      <Select value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">–</option>
        {others.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </Select>
    </Field>
  );
}
