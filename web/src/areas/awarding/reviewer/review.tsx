// One review: first the question of interest, then the answers and the rubric beside them.
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "@/api/client";
import type { Review } from "@/api/schema";
import { Button, Card, ErrorNote, Page } from "@/ui";
import { t } from "@/words/awarding";
import { t as o } from "@/words/awarding-office";
import { t as r } from "@/words/awarding-review";
import { act, useReview } from "../data";
import { toldState } from "../model/states";
import { ActDialog } from "../parts/act";
import { AnswerList } from "../parts/answers";
import { WordsField } from "../parts/fields";
import { Amount, Coming, personWords, SideFacts, State } from "../parts/shown";
import { SupplyFacts } from "../parts/supply";
import { Scoring } from "./scoring";

export function ReviewPage() {
  const { id } = useParams({ from: "/awarding/reviews/$id" });
  const found = useReview(id);
  if (!found.data) {
    return (
      <Page title={r("title")}>
        {found.error ? <ErrorNote error={found.error} again={() => void found.refetch()} /> : <Coming />}
      </Page>
    );
  }
  return <Shown key={id} review={found.data} />;
}

function Shown({ review }: { review: Review }) {
  const open = review.application_state === "under_review";
  const reading = review.answers !== null;
  return (
    <Page title={review.title} about={`${review.programme} · ${personWords(review.applicant)}`}>
      <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="flex min-w-0 flex-col gap-6">
          {review.state === "assigned" && <Declaring review={review} />}
          {(review.state === "conflict" || review.state === "declined") && (
            <p className="rounded bg-wash px-4 py-3">{r("ended")}</p>
          )}
          {reading && (
            <Card title={r("answers")}>
              <AnswerList fields={review.fields} answers={review.answers ?? {}} />
            </Card>
          )}
          {reading && open && <Scoring review={review} />}
          {reading && !open && (
            <p className="rounded bg-wash px-4 py-3">
              {r("over", { state: toldState("application", review.application_state).label.toLowerCase() })}{" "}
              {review.score_percent !== null && r("youScored", { percent: review.score_percent })}
            </p>
          )}
        </div>
        <div className="flex min-w-0 flex-col gap-6">
          <Card title={r("application")}>
            <SideFacts
              facts={[
                { term: t("state"), is: <State kind="review" state={review.state} /> },
                { term: t("asked"), is: <Amount amount={review.asked} unit={review.unit} /> },
                { term: t("tier"), is: review.tier },
                { term: t("applicant"), is: personWords(review.applicant) },
                ...(review.project ? [{ term: t("project"), is: review.project }] : []),
              ]}
            />
          </Card>
          {reading && review.supply && <SupplyCard review={review} />}
          {reading && open && <Ending review={review} />}
        </div>
      </div>
    </Page>
  );
}

function SupplyCard({ review }: { review: Review }) {
  if (!review.supply || review.supply.ratio_percent === null) return null;
  return (
    <Card title={o("supplyTitle")}>
      <SupplyFacts supply={review.supply} side />
    </Card>
  );
}

type Deed = "none" | "conflict" | "decline";

function Declaring({ review }: { review: Review }) {
  const [doing, setDoing] = useState<Deed | null>(null);
  return (
    <Card title={r("declareTitle")}>
      <p className="max-w-prose text-pretty">{r("declareAbout", { name: personWords(review.applicant) })}</p>
      <div className="mt-4 flex flex-wrap gap-2">
        <Button look="main" onClick={() => setDoing("none")}>
          {r("declareNone")}
        </Button>
        <Button onClick={() => setDoing("conflict")}>{r("declareSome")}</Button>
        <Button look="quiet" onClick={() => setDoing("decline")}>
          {r("turnDown")}
        </Button>
      </div>
      {doing && <DeclareDialog review={review} deed={doing} onClose={() => setDoing(null)} />}
    </Card>
  );
}

/** A conflict may show itself while one reads. */
function Ending({ review }: { review: Review }) {
  const [doing, setDoing] = useState<Deed | null>(null);
  return (
    <div className="flex flex-wrap gap-2">
      <Button size="small" onClick={() => setDoing("conflict")}>
        {r("declareLater")}
      </Button>
      {review.state === "clear" && (
        <Button size="small" onClick={() => setDoing("decline")}>
          {r("turnDown")}
        </Button>
      )}
      {doing && <DeclareDialog review={review} deed={doing} onClose={() => setDoing(null)} />}
    </div>
  );
}

function DeclareDialog({ review, deed, onClose }: { review: Review; deed: Deed; onClose(): void }) {
  const [words, setWords] = useState("");
  const path = { assignment_id: review.id };
  const said = words.trim() || null;

  function go() {
    if (deed === "decline") {
      return api.post("/v1/tokenry/me/reviews/{assignment_id}/decline", { path, body: { words: said } });
    }
    const body = { conflict: deed === "conflict", words: said };
    return api.post("/v1/tokenry/me/reviews/{assignment_id}/declare", { path, body });
  }

  const name = personWords(review.applicant);
  const told = {
    none: [r("declareNoneTitle"), r("declareNoneWhat", { name }), r("declareNoneVerb"), r("declaredNone")],
    conflict: [r("declareSomeTitle"), r("declareSomeWhat"), r("declareSomeVerb"), r("declaredSome")],
    decline: [r("turnDownTitle"), r("turnDownWhat"), r("turnDownVerb"), r("turnedDown")],
  } as const;
  const [title, what, verb, done] = told[deed];
  return (
    <ActDialog
      open
      onClose={onClose}
      title={title}
      what={what}
      verb={verb}
      bad={deed === "conflict"}
      ready={deed !== "conflict" || said !== null}
      act={() => act(go, done)}
    >
      {deed !== "none" && (
        <WordsField
          label={deed === "conflict" ? r("which") : r("wordsOffice")}
          value={words}
          onChange={setWords}
          optional={deed === "decline"}
        />
      )}
    </ActDialog>
  );
}
