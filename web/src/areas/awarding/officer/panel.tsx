// The panel of an application: who was asked, what they said, and what they think together.
import { useState } from "react";
import { api } from "@/api/client";
import type { ApplicationShape, AssignmentShape, ProgrammeShape } from "@/api/schema";
import { Badge, Button, Card, type Column, dayWords, Table } from "@/ui";
import { t } from "@/words/awarding";
import { t as o } from "@/words/awarding-office";
import { act } from "../data";
import { JUDGED } from "../model/states";
import { ActDialog } from "../parts/act";
import { personWords, Quote, State } from "../parts/shown";
import { AssignDialog } from "./assigning";

export interface PanelProps {
  application: ApplicationShape;
  programme: ProgrammeShape;
  writes: boolean;
}

export function Panel({ application, programme, writes }: PanelProps) {
  const [asking, setAsking] = useState(false);
  const judged = writes && JUDGED.includes(application.state);
  const needed = programme.terms.tiers.find((tier) => tier.name === application.tier)?.reviews ?? 0;
  const shown = application.assignments.filter((one) => one.state !== "removed");
  return (
    <Card
      title={o("reviewersTitle")}
      about={[
        needed > 0 && o("reviewersNeeded", { count: needed }),
        needed === 0 && judged && o("reviewersNoneNeeded"),
        o("reviewersAbout"),
      ]
        .filter(Boolean)
        .join(" ")}
      actions={judged && <Button onClick={() => setAsking(true)}>{o("assign")}</Button>}
    >
      {shown.length === 0 && <p className="text-soft">{o("reviewersNone")}</p>}
      <ul className="flex flex-col divide-y">
        {shown.map((one) => (
          <Reviewer key={one.id} assignment={one} removable={judged} />
        ))}
      </ul>
      {application.score && application.score.reviews > 0 && (
        <PanelScore score={application.score} programme={programme} />
      )}
      {asking && <AssignDialog application={application} programme={programme} onClose={() => setAsking(false)} />}
    </Card>
  );
}

function Reviewer({ assignment, removable }: { assignment: AssignmentShape; removable: boolean }) {
  const [asking, setAsking] = useState(false);
  const name = personWords(assignment.reviewer);
  const active = ["assigned", "clear", "scored"].includes(assignment.state);
  return (
    <li className="flex flex-col gap-2 py-3 first:pt-0 last:pb-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <span className="font-medium">{name}</span>
        <State kind="review" state={assignment.state} />
        {assignment.overdue && <Badge tone="bad">{t("overdue")}</Badge>}
        {assignment.score_percent !== null && (
          <span className="figures">{o("scorePercent", { percent: assignment.score_percent })}</span>
        )}
        {active && assignment.state !== "scored" && (
          <span className="text-sm text-soft">{o("reviewDue", { when: dayWords(assignment.due_at) })}</span>
        )}
        {removable && active && (
          <Button size="small" look="quiet" className="ml-auto" onClick={() => setAsking(true)}>
            {o("unassign")}
          </Button>
        )}
      </div>
      {assignment.conflict && <p className="text-soft">{o("declared", { words: assignment.conflict })}</p>}
      {assignment.comment && <Quote by={o("toPanel")}>{assignment.comment}</Quote>}
      {assignment.words && <Quote by={o("toApplicant")}>{assignment.words}</Quote>}
      <ActDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={o("unassignTitle", { name })}
        what={o("unassignWhat")}
        verb={o("unassign")}
        bad
        act={() =>
          act(
            () => api.delete("/v1/tokenry/assignments/{assignment_id}", { path: { assignment_id: assignment.id } }),
            o("unassigned"),
          )
        }
      />
    </li>
  );
}

type Score = NonNullable<ApplicationShape["score"]>;

function PanelScore({ score, programme }: { score: Score; programme: ProgrammeShape }) {
  const labels = new Map(programme.terms.rubric.map((one) => [one.id, one]));
  const columns: readonly Column<Score["criteria"][number]>[] = [
    { id: "criterion", title: o("criterion"), cell: (one) => labels.get(one.id)?.label ?? one.id },
    {
      id: "mean",
      title: o("panelMean"),
      right: true,
      cell: (one) => `${one.mean} / ${labels.get(one.id)?.points_max ?? "?"}`,
    },
    {
      id: "range",
      title: o("panelRange"),
      right: true,
      cell: (one) => (one.lowest === one.highest ? String(one.lowest) : `${one.lowest} – ${one.highest}`),
    },
  ];
  return (
    <div className="mt-4 border-t pt-4">
      <p className="mb-2 flex items-baseline justify-between gap-4">
        <span className="font-medium">{o("panelTitle")}</span>
        {score.percent !== null && (
          <span className="figures text-lg font-semibold">{o("scorePercent", { percent: score.percent })}</span>
        )}
      </p>
      <Table label={o("panelTitle")} columns={columns} rows={score.criteria} rowKey={(one) => one.id} />
    </div>
  );
}
