// An application of one's own: written, waiting, offered, decided. What one can do about it now comes first.
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "@/api/client";
import type { MyApplication } from "@/api/schema";
import { Button, buttonClass, Card, ErrorNote, Facts, momentWords, Page, useNow } from "@/ui";
import { t } from "@/words/awarding";
import { t as a } from "@/words/awarding-apply";
import { act, useMyApplication, useMyAwards } from "../data";
import { EDITABLE } from "../model/states";
import { ActDialog } from "../parts/act";
import { AnswerList } from "../parts/answers";
import { Amount, Coming, Quote, State } from "../parts/shown";
import { Steps } from "../parts/steps";
import { MeaningFacts, meansAnything } from "../parts/supply";
import { OfferCard } from "./offer";
import { WritingForm } from "./writing";

export function MyApplicationPage() {
  const { id } = useParams({ from: "/awarding/mine/applications/$id" });
  const found = useMyApplication(id);
  if (!found.data) {
    return (
      <Page title={a("mine")}>
        {found.error ? <ErrorNote error={found.error} again={() => void found.refetch()} /> : <Coming />}
      </Page>
    );
  }
  return <Shown key={`${id} ${EDITABLE.includes(found.data.state)}`} application={found.data} />;
}

function Shown({ application }: { application: MyApplication }) {
  const writes = EDITABLE.includes(application.state) && application.form !== null;
  const withdrawable = ["draft", "returned", "submitted", "under_review", "waitlisted", "approved"];
  return (
    <Page
      title={application.title}
      about={`${application.programme}: ${application.call}`}
      narrow
      actions={
        <>
          {application.state === "accepted" && <ToAward application={application} />}
          {withdrawable.includes(application.state) && <Withdrawing application={application} />}
        </>
      }
    >
      <Standing application={application} />
      {writes && application.form && <WritingForm application={application} asked={application.form} />}
      {!writes && <OfferCard application={application} />}
      {application.reviews.length > 0 && (
        <Card title={a("reviewsSay")} about={a("reviewsSayAbout")}>
          <div className="flex flex-col gap-4">
            {application.reviews.map((words) => (
              <Quote key={words}>{words}</Quote>
            ))}
          </div>
        </Card>
      )}
      {!writes && (
        <Card title={a("mine")}>
          <div className="flex flex-col gap-5">
            <Facts
              facts={[
                { term: t("asked"), is: <Amount amount={application.asked} unit={application.unit} /> },
                { term: t("tier"), is: application.tier },
              ]}
            />
            <AnswerList fields={application.form?.fields ?? []} answers={application.answers} />
          </div>
        </Card>
      )}
      {meansAnything(application.means) && (
        <Card title={a("meansTitle")}>
          <MeaningFacts means={application.means} />
        </Card>
      )}
      {application.steps.length > 0 && (
        <Card title={t("history")}>
          <Steps
            steps={application.steps.map((one) => ({
              ...one,
              who: one.by === "you" ? t("byYou") : t("byProgramme"),
            }))}
          />
        </Card>
      )}
    </Page>
  );
}

/** How it stands, and what is to be done. */
function Standing({ application }: { application: MyApplication }) {
  const now = useNow();
  const asked = application.steps.findLast((one) => one.step === "return")?.words;
  return (
    <div className="flex flex-col gap-3 rounded bg-wash px-4 py-3">
      <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <State kind="application" state={application.state} />
        <span>{standing(application, now)}</span>
      </p>
      {application.state === "returned" && asked && <Quote>{asked}</Quote>}
    </div>
  );
}

function standing(application: MyApplication, now: number): string {
  const offered = application.offer?.accept_by ?? 0;
  switch (application.state) {
    case "draft":
      return a("stateDraftSays", { when: momentWords(application.form?.closes_at ?? 0) });
    case "returned":
      return a("stateReturnedSays");
    case "submitted":
      return a("stateSubmittedSays");
    case "under_review":
      return a("stateUnderReviewSays");
    case "waitlisted":
      return a("stateWaitlistedSays");
    case "approved":
      return a(offered > now ? "stateOfferedSays" : "stateOfferLateSays", { when: momentWords(offered) });
    case "accepted":
      return a("stateAcceptedSays");
    case "declined":
      return a("stateDeclinedSays");
    case "refused":
      return a("stateRefusedSays");
    case "withdrawn":
      return a("stateWithdrawnSays");
  }
}

function ToAward({ application }: { application: MyApplication }) {
  const awards = useMyAwards();
  const award = awards.data?.find((one) => one.application_id === application.id);
  if (!award) return null;
  return (
    <Link to="/awarding/mine/awards/$id" params={{ id: award.id }} className={buttonClass("main")}>
      {a("seeAward")}
    </Link>
  );
}

function Withdrawing({ application }: { application: MyApplication }) {
  const [asking, setAsking] = useState(false);
  const says = { draft: a("withdrawDraft"), approved: a("withdrawOffered") } as Record<string, string>;
  return (
    <>
      <Button look="bad" onClick={() => setAsking(true)}>
        {a("withdraw")}
      </Button>
      <ActDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={a("withdrawTitle", { title: application.title })}
        what={says[application.state] ?? a("withdrawWhat")}
        verb={a("withdraw")}
        bad
        act={() =>
          act(
            () =>
              api.post("/v1/tokenry/me/applications/{application_id}/withdraw", {
                path: { application_id: application.id },
                body: {},
              }),
            a("withdrawn"),
          )
        }
      />
    </>
  );
}
