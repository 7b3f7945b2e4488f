// The parts in which an award is handed out, and the terms it was made by.
import { useState } from "react";
import { api } from "@/api/client";
import type { AwardTerms, TrancheShape, WholeAward } from "@/api/schema";
import { Button, Card, type Column, Table, When } from "@/ui";
import { listed } from "@/words";
import { t } from "@/words/awarding";
import { t as a } from "@/words/awarding-apply";
import { t as w } from "@/words/awarding-award";
import { act } from "../data";
import { amountWords } from "../model/amounts";
import { ActDialog } from "./act";
import { REASON_MAX, WordsField } from "./fields";
import { Amount, Prose, SideFacts, State } from "./shown";
import { handedOutWords, modelsWords, ratesWords, reportsWords, usedUpWords, weightsWords } from "./terms";

export function PartsCard({ award, officer }: { award: WholeAward; officer: boolean }) {
  const [doing, setDoing] = useState<TrancheShape | null>(null);
  if (award.tranches.length < 2) return null;
  const next = award.tranches.find((one) => one.state === "waiting");
  const columns: readonly Column<TrancheShape>[] = [
    { id: "number", title: w("part"), cell: (one) => one.number },
    {
      id: "amount",
      title: t("amount"),
      right: true,
      cell: (one) => <Amount amount={one.amount} unit={award.unit} brief />,
    },
    { id: "state", title: t("state"), cell: (one) => <State kind="tranche" state={one.state} /> },
    { id: "when", title: t("when"), right: true, cell: (one) => <PartWhen award={award} part={one} /> },
    ...(officer && next
      ? [
          {
            id: "acts",
            title: w("releaseNow"),
            quiet: true,
            right: true,
            cell: (one: TrancheShape) =>
              one.id === next.id && (
                <Button size="small" onClick={() => setDoing(one)}>
                  {w("releaseNow")}
                </Button>
              ),
          },
        ]
      : []),
  ];
  return (
    <Card title={w("parts")} about={w("partsAbout")} flush>
      <Table label={w("parts")} columns={columns} rows={award.tranches} rowKey={(one) => one.id} />
      {doing && <ReleaseDialog award={award} part={doing} onClose={() => setDoing(null)} />}
    </Card>
  );
}

function PartWhen({ award, part }: { award: WholeAward; part: TrancheShape }) {
  if (part.released_at !== null) return <When at={part.released_at} as="day" />;
  if (part.due_at !== null) return <When at={part.due_at} as="day" />;
  const report = award.reports.find((one) => one.id === part.report_id);
  return <>{w("partWaits", { number: report?.number ?? part.number - 1 })}</>;
}

function ReleaseDialog({ award, part, onClose }: { award: WholeAward; part: TrancheShape; onClose(): void }) {
  const [reason, setReason] = useState("");
  return (
    <ActDialog
      open
      onClose={onClose}
      title={w("releaseTitle", { number: part.number })}
      what={w("releaseWhat", { amount: amountWords(part.amount, award.unit) })}
      verb={w("releaseVerb")}
      act={() =>
        act(
          () =>
            api.post("/v1/tokenry/award_tranches/{tranche_id}/release", {
              path: { tranche_id: part.id },
              body: { reason: reason.trim() || null },
            }),
          w("releasedNow"),
        )
      }
    >
      <WordsField
        label={t("reason")}
        value={reason}
        onChange={setReason}
        hint={t("awardeeReads")}
        max={REASON_MAX}
        optional
      />
    </ActDialog>
  );
}

export function TermsCard({ terms }: { terms: AwardTerms }) {
  const rates = ratesWords(terms.restrictions);
  return (
    <Card title={w("terms")}>
      <SideFacts
        facts={[
          ...(terms.tier ? [{ term: t("tier"), is: terms.tier }] : []),
          { term: a("offerParts"), is: handedOutWords(terms.tranches) },
          { term: a("offerReports"), is: reportsWords(terms.reporting) },
          { term: a("offerModels"), is: modelsWords(terms.restrictions) },
          ...(rates.length > 0 ? [{ term: a("offerRates"), is: listed(rates) }] : []),
          ...(terms.weights ? [{ term: a("offerWeights"), is: weightsWords(terms.weights) }] : []),
          { term: a("offerWhenUsedUp"), is: usedUpWords(terms.restrictions) },
          ...(terms.conditions ? [{ term: a("bound"), is: <Prose>{terms.conditions}</Prose> }] : []),
        ]}
      />
    </Card>
  );
}
