// Changes of an award: asked for by those who have it, decided on or made by officers.
import { useState } from "react";
import { api } from "@/api/client";
import type { AmendmentShape, WholeAward } from "@/api/schema";
import { Button, Card, dayWords, When } from "@/ui";
import { t } from "@/words/awarding";
import { t as w } from "@/words/awarding-award";
import { act } from "../data";
import { amountWords, type Unit } from "../model/amounts";
import { ActDialog } from "./act";
import type { Side } from "./award-reports";
import { ChangeDialog } from "./change-dialog";
import { REASON_MAX, WordsField } from "./fields";
import { Quote, State } from "./shown";

export function changeWords(change: AmendmentShape, unit: Unit): string {
  const amount = amountWords(change.amount ?? 0, unit);
  switch (change.kind) {
    case "supplement":
      return w("supplementIs", { amount });
    case "extension":
      return w("extensionIs", { day: dayWords(change.until ?? 0) });
    case "transfer":
      return w("transferIs", { amount });
    case "withdrawal":
      return w("withdrawalIs", { amount });
  }
}

export function ChangesCard({ award, side }: { award: WholeAward; side: Side }) {
  const [asking, setAsking] = useState(false);
  const running = award.status === "active" || award.status === "exhausted" || award.status === "suspended";
  const asks = running && side !== "reader";
  return (
    <Card
      title={w("changes")}
      actions={asks && <Button onClick={() => setAsking(true)}>{side === "officer" ? w("change") : w("ask")}</Button>}
    >
      {award.amendments.length === 0 && <p className="text-soft">{w("changesNone")}</p>}
      <ul className="flex flex-col divide-y">
        {award.amendments.map((one) => (
          <ChangeRow key={one.id} change={one} award={award} side={side} />
        ))}
      </ul>
      {asking && <ChangeDialog award={award} officer={side === "officer"} onClose={() => setAsking(false)} />}
    </Card>
  );
}

type Deed = "approve" | "deny" | "take_back";

function ChangeRow({ change, award, side }: { change: AmendmentShape; award: WholeAward; side: Side }) {
  const [doing, setDoing] = useState<Deed | null>(null);
  const waits = change.state === "asked";
  return (
    <li className="flex flex-col gap-2 py-3 first:pt-0 last:pb-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <span className="font-medium">{changeWords(change, award.unit)}</span>
        <State kind="amendment" state={change.state} />
        <span className="text-sm text-soft">
          <When at={change.decided_at ?? change.created_at} />
        </span>
        <span className="ml-auto flex flex-wrap gap-2">
          {waits && side === "officer" && (
            <>
              <Button size="small" look="main" onClick={() => setDoing("approve")}>
                {w("approveChange")}
              </Button>
              <Button size="small" look="bad" onClick={() => setDoing("deny")}>
                {w("denyChange")}
              </Button>
            </>
          )}
          {waits && side === "owner" && (
            <Button size="small" onClick={() => setDoing("take_back")}>
              {w("takeBack")}
            </Button>
          )}
        </span>
      </div>
      <Quote>{change.reason}</Quote>
      {change.words && <Quote by={w("officersSay")}>{change.words}</Quote>}
      {doing && <DecideDialog change={change} unit={award.unit} deed={doing} onClose={() => setDoing(null)} />}
    </li>
  );
}

export interface DecideProps {
  change: AmendmentShape;
  unit: Unit;
  deed: Deed;
  onClose(): void;
}

export function DecideDialog({ change, unit, deed, onClose }: DecideProps) {
  const [reason, setReason] = useState("");
  const path = { amendment_id: change.id };
  const said = reason.trim();
  const told = {
    approve: [
      w("approveChangeTitle"),
      w("approveChangeWhat", { what: changeWords(change, unit) }),
      w("approveChangeVerb"),
      w("changeApproved"),
    ],
    deny: [w("denyChangeTitle"), w("denyChangeWhat"), w("denyChangeVerb"), w("changeDenied")],
    take_back: [w("takeBackTitle"), w("takeBackWhat"), w("takeBack"), w("takenBack")],
  } as const;
  const [title, what, verb, done] = told[deed];

  function go() {
    switch (deed) {
      case "approve":
        return api.post("/v1/tokenry/award_amendments/{amendment_id}/approve", {
          path,
          body: { reason: said || null },
        });
      case "deny":
        return api.post("/v1/tokenry/award_amendments/{amendment_id}/deny", { path, body: { reason: said } });
      case "take_back":
        return api.post("/v1/tokenry/me/award_amendments/{amendment_id}/take_back", { path });
    }
  }

  return (
    <ActDialog
      open
      onClose={onClose}
      title={title}
      what={what}
      verb={verb}
      bad={deed === "deny"}
      ready={deed !== "deny" || said !== ""}
      act={() => act(go, done)}
    >
      {deed !== "take_back" && (
        <WordsField
          label={deed === "deny" ? t("reason") : t("words")}
          value={reason}
          onChange={setReason}
          hint={t("awardeeReads")}
          max={REASON_MAX}
          optional={deed === "approve"}
        />
      )}
    </ActDialog>
  );
}
