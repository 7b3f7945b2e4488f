// One application as an officer sees it: what is asked, what was answered, what the panel says, what becomes of it.
import { Link, useParams } from "@tanstack/react-router";
import { useMay, useMe } from "@/api/hooks";
import type { ApplicationShape, ProgrammeShape } from "@/api/schema";
import { buttonClass, Card, ErrorNote, momentWords, Page, useNow, When } from "@/ui";
import { t } from "@/words/awarding";
import { t as o } from "@/words/awarding-office";
import { useApplication, useProgramme } from "../data";
import { amountWords } from "../model/amounts";
import { AnswerList } from "../parts/answers";
import { Amount, Coming, personWords, Quote, SideFacts, State } from "../parts/shown";
import { Steps } from "../parts/steps";
import { SupplyFacts } from "../parts/supply";
import { DecisionButtons } from "./deciding";
import { Panel } from "./panel";

export function Application() {
  const { id } = useParams({ from: "/awarding/applications/$id" });
  const found = useApplication(id);
  const programme = useProgramme(found.data?.programme_id ?? "");
  const error = found.error ?? (found.data ? programme.error : null);
  if (!found.data || !programme.data) {
    return (
      <Page title={o("applicationsTitle")}>
        {error ? <ErrorNote error={error} again={() => void found.refetch()} /> : <Coming />}
      </Page>
    );
  }
  return <Shown application={found.data} programme={programme.data} />;
}

function Shown({ application, programme }: { application: ApplicationShape; programme: ProgrammeShape }) {
  const me = useMe();
  const near = me.id === application.applicant.id || me.projects.some((one) => one.id === application.project_id);
  const writes = useMay("programmes.write") && !near;
  return (
    <Page
      title={application.title}
      about={`${personWords(application.applicant)} · ${programme.name}`}
      actions={writes && <DecisionButtons application={application} programme={programme} />}
    >
      {near && <p className="rounded bg-wash px-4 py-3">{o("ownApplication")}</p>}
      <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="flex min-w-0 flex-col gap-6">
          <DecisionCard application={application} />
          <Card title={o("answersTitle")}>
            <AnswerList fields={programme.terms.fields} answers={application.answers ?? {}} />
          </Card>
          <Panel application={application} programme={programme} writes={writes} />
        </div>
        <div className="flex min-w-0 flex-col gap-6">
          <AskedCard application={application} />
          {application.supply && (
            <Card title={o("supplyTitle")}>
              <SupplyFacts supply={application.supply} side />
            </Card>
          )}
          <Card title={t("history")}>
            <Steps
              steps={application.steps.map((one) => ({
                ...one,
                who: one.by === "applicant" ? personWords(application.applicant) : t("byProgramme"),
              }))}
            />
          </Card>
        </div>
      </div>
    </Page>
  );
}

function AskedCard({ application }: { application: ApplicationShape }) {
  return (
    <Card>
      <SideFacts
        facts={[
          { term: t("state"), is: <State kind="application" state={application.state} /> },
          { term: t("asked"), is: <Amount amount={application.asked} unit={application.unit} /> },
          { term: t("tier"), is: application.tier },
          { term: t("applicant"), is: <Applicant application={application} /> },
        ]}
      />
    </Card>
  );
}

function Applicant({ application: { applicant } }: { application: ApplicationShape }) {
  return (
    <>
      {personWords(applicant)}
      {applicant.email && applicant.name && (
        <a href={`mailto:${applicant.email}`} className="link block text-sm">
          {applicant.email}
        </a>
      )}
    </>
  );
}

function DecisionCard({ application }: { application: ApplicationShape }) {
  const now = useNow();
  const { decision, unit } = application;
  if (!decision) return null;
  const given = decision.amount !== null && decision.days !== null;
  return (
    <Card
      title={o("decision")}
      actions={
        application.state === "accepted" && (
          <Link
            to="/awarding/awards"
            search={{ programme_id: application.programme_id }}
            className={buttonClass("plain", "small")}
          >
            {o("goToAward")}
          </Link>
        )
      }
    >
      <div className="flex flex-col gap-3">
        <p>
          <State kind="application" state={decision.outcome === "approve" ? application.state : "declined"} />{" "}
          {given && (
            <span className="font-medium">
              {amountWords(decision.amount ?? 0, unit)}, {t("days", { count: decision.days ?? 0 })}
            </span>
          )}{" "}
          <span className="text-sm text-soft">
            <When at={decision.decided_at} as="moment" />
          </span>
        </p>
        {application.state === "approved" && decision.accept_by !== null && (
          <p className="text-sm text-soft">
            {o(decision.accept_by > now ? "offerWaits" : "offerOver", { when: momentWords(decision.accept_by) })}
          </p>
        )}
        {decision.words && <Quote by={o("toApplicant")}>{decision.words}</Quote>}
        {decision.conditions && <Quote by={o("conditions")}>{decision.conditions}</Quote>}
        {decision.panel_note && <Quote by={o("panelNote")}>{decision.panel_note}</Quote>}
        {decision.override && <Quote by={o("override")}>{decision.override}</Quote>}
      </div>
    </Card>
  );
}
