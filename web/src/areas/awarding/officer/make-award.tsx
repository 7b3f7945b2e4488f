// An award made directly, without an application: for whom, how much, for how long.
import { useDeferredValue, useState } from "react";
import { api } from "@/api/client";
import type { ProgrammeShape } from "@/api/schema";
import { Field, Input, Select } from "@/ui";
import { t } from "@/words/awarding";
import { t as w } from "@/words/awarding-award";
import { t as o } from "@/words/awarding-office";
import { act, useMembers, useProjects, useSupply } from "../data";
import { amountWords } from "../model/amounts";
import { ActDialog } from "../parts/act";
import { AmountField, amountOf, REASON_MAX, WordsField } from "../parts/fields";
import { personWords } from "../parts/shown";
import { SupplyFacts } from "../parts/supply";
import { freeOf } from "./programmes";

const DAYS = 365; // as the server has it without a tier

export function MakeAward({ programmes, onClose }: { programmes: readonly ProgrammeShape[]; onClose(): void }) {
  const open = programmes.filter((one) => one.state === "open");
  const [programmeId, setProgramme] = useState(open.at(-1)?.id ?? "");
  const [name, setName] = useState("");
  const [amountText, setAmount] = useState("");
  const [project, setProject] = useState("");
  const [awardee, setAwardee] = useState("");
  const [tierName, setTier] = useState("");
  const [reason, setReason] = useState("");
  const projects = useProjects();
  const members = useMembers();
  const programme = open.find((one) => one.id === programmeId);
  const tier = programme?.terms.tiers.find((one) => one.name === tierName);
  const free = programme ? freeOf(programme.pool) : 0;
  const unit = programme?.unit ?? "tokens";
  const amount = amountOf(amountText, unit, free);
  const supply = useSupply(programmeId, useDeferredValue(amount), tier?.days ?? DAYS);
  const reasoned = !supply.data?.reason_needed || reason.trim() !== "";

  const make = () =>
    api.post("/v1/tokenry/awards", {
      body: {
        programme_id: programmeId,
        amount: amount ?? 0,
        name: name.trim() || null,
        project_id: project || null,
        awardee_id: awardee || null,
        tier: tierName || null,
        reason: reason.trim() || null,
      },
    });

  return (
    <ActDialog
      open
      onClose={onClose}
      wide
      title={w("makeTitle")}
      what={w("makeWhat")}
      verb={w("makeVerb")}
      ready={
        programme !== undefined && name.trim() !== "" && amount !== null && Boolean(project || awardee) && reasoned
      }
      act={() => act(make, w("made"))}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t("programme")}>
          <Select value={programmeId} onChange={(event) => setProgramme(event.target.value)}>
            {open.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t("name")}>
          <Input value={name} maxLength={100} onChange={(event) => setName(event.target.value)} autoComplete="off" />
        </Field>
        <AmountField
          label={t("amount")}
          unit={unit}
          value={amountText}
          onChange={setAmount}
          most={free}
          hint={o("poolRoomBrief", { free: amountWords(free, unit) })}
        />
        <Field label={w("makeTier")}>
          <Select value={tierName} onChange={(event) => setTier(event.target.value)}>
            <option value="">{w("makeTierNone")}</option>
            {programme?.terms.tiers.map((one) => (
              <option key={one.name} value={one.name}>
                {one.name}: {t("days", { count: one.days })}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={w("makeAwardee")}>
          <Select value={awardee} onChange={(event) => setAwardee(event.target.value)}>
            <option value="">{w("makeAwardeeNone")}</option>
            {members.data?.map((one) => (
              <option key={one.id} value={one.id}>
                {personWords(one)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={w("makeProject")} hint={w("makeProjectHint")}>
          <Select value={project} onChange={(event) => setProject(event.target.value)}>
            <option value="">{w("makeProjectNone")}</option>
            {projects.data?.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      {supply.data && supply.data.supply.ratio_percent !== null && <SupplyFacts supply={supply.data.supply} />}
      <WordsField
        label={supply.data?.reason_needed ? o("override") : t("reason")}
        value={reason}
        onChange={setReason}
        hint={supply.data?.reason_needed ? o("overrideHint") : t("awardeeReads")}
        max={REASON_MAX}
        optional={!supply.data?.reason_needed}
        rows={2}
      />
    </ActDialog>
  );
}
