// Who reviews an application: those who can be asked, the least busy first, and why others cannot.
import { useState } from "react";
import { api } from "@/api/client";
import type { ApplicationShape, CandidateShape, ProgrammeShape } from "@/api/schema";
import { Checkbox, ErrorNote } from "@/ui";
import { t } from "@/words/awarding";
import { t as o } from "@/words/awarding-office";
import { act, useCandidates } from "../data";
import { ActDialog } from "../parts/act";
import { Coming, personWords } from "../parts/shown";

export interface AssignProps {
  application: ApplicationShape;
  programme: ProgrammeShape;
  onClose(): void;
}

export function AssignDialog({ application, programme, onClose }: AssignProps) {
  const found = useCandidates(application.id, true);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());

  function choose(id: string, on: boolean) {
    setChosen((before) => new Set(on ? [...before, id] : [...before].filter((one) => one !== id)));
  }

  /** One after the other; who was asked already stays asked when a later one is refused. */
  async function ask() {
    for (const reviewer_id of chosen) {
      await api.post("/v1/tokenry/applications/{application_id}/assignments", {
        path: { application_id: application.id },
        body: { reviewer_id },
      });
      choose(reviewer_id, false);
    }
  }

  return (
    <ActDialog
      open
      onClose={onClose}
      title={o("assignTitle", { title: application.title })}
      what={o("assignWhat", { days: t("days", { count: programme.terms.review_within_days }) })}
      verb={chosen.size > 0 ? o("assignVerb", { count: chosen.size }) : o("assign")}
      ready={chosen.size > 0}
      act={() => act(ask, o("assigned", { count: chosen.size }))}
    >
      {found.isPending && <Coming />}
      {found.error && <ErrorNote error={found.error} again={() => void found.refetch()} />}
      {found.data?.length === 0 && <p className="text-soft">{o("assignNobody")}</p>}
      <div className="flex flex-col gap-2">
        {found.data?.map((one) => (
          <Candidate key={one.id} candidate={one} chosen={chosen.has(one.id)} onChoose={(on) => choose(one.id, on)} />
        ))}
      </div>
    </ActDialog>
  );
}

function Candidate(props: { candidate: CandidateShape; chosen: boolean; onChoose(on: boolean): void }) {
  const { candidate, chosen, onChoose } = props;
  const busy = candidate.waiting > 0 ? o("waitingReviews", { count: candidate.waiting }) : undefined;
  return (
    <Checkbox
      checked={chosen}
      onChange={onChoose}
      disabled={candidate.refusal !== null}
      label={personWords(candidate.reviewer)}
      hint={candidate.refusal ?? busy}
    />
  );
}
