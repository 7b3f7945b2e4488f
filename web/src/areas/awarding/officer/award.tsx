// One award as officers administer it.
import { Link, useParams } from "@tanstack/react-router";
import { Check, Circle } from "lucide-react";
import { useState } from "react";
import { api } from "@/api/client";
import { useMay, useMe } from "@/api/hooks";
import type { WholeAward } from "@/api/schema";
import { Button, Card, ErrorNote, Page } from "@/ui";
import { t } from "@/words/awarding";
import { t as w } from "@/words/awarding-award";
import { act, useAward } from "../data";
import { ActDialog } from "../parts/act";
import { ChangesCard } from "../parts/award-changes";
import { HistoryCard } from "../parts/award-history";
import { PartsCard, TermsCard } from "../parts/award-parts";
import { ReportsCard, type Side } from "../parts/award-reports";
import { UnitsCard } from "../parts/award-units";
import { REASON_MAX, WordsField } from "../parts/fields";
import { OutlookCard } from "../parts/outlook";
import { Coming, SideFacts, State } from "../parts/shown";

export function AwardPage() {
  const { id } = useParams({ from: "/awarding/awards/$id" });
  const found = useAward(id);
  if (!found.data) {
    return (
      <Page title={w("awardsTitle")}>
        {found.error ? <ErrorNote error={found.error} again={() => void found.refetch()} /> : <Coming />}
      </Page>
    );
  }
  return <Shown award={found.data} />;
}

function Shown({ award }: { award: WholeAward }) {
  const me = useMe();
  const near = me.projects.some((one) => one.id === award.project_id);
  const writes = useMay("awards.write") && !near;
  const side: Side = writes ? "officer" : "reader";
  return (
    <Page
      title={award.name}
      about={`${award.programme} · ${award.project}`}
      actions={writes && <AwardActs award={award} />}
    >
      {award.status === "suspended" && <p className="rounded bg-bad-ground px-4 py-3 text-bad">{w("suspendedNote")}</p>}
      {award.status === "closing" && <Closing award={award} />}
      <UnitsCard award={award} />
      <OutlookCard awardId={award.id} endsAt={award.ends_at} unit={award.unit} granted={award.units !== null} />
      <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="flex min-w-0 flex-col gap-6">
          <PartsCard award={award} officer={writes} />
          <ReportsCard award={award} side={side} />
          <ChangesCard award={award} side={side} />
        </div>
        <div className="flex min-w-0 flex-col gap-6">
          <AboutCard award={award} />
          <TermsCard terms={award.terms} />
          <HistoryCard awardId={award.id} mine={false} />
        </div>
      </div>
    </Page>
  );
}

function AboutCard({ award }: { award: WholeAward }) {
  return (
    <Card>
      <SideFacts
        facts={[
          { term: t("state"), is: <State kind="award" state={award.status} /> },
          {
            term: t("programme"),
            is: (
              <Link to="/awarding/programmes/$id" params={{ id: award.programme_id }} className="link">
                {award.programme}
              </Link>
            ),
          },
          { term: t("project"), is: award.project },
          ...(award.awardee ? [{ term: t("awardee"), is: award.awardee }] : []),
          ...(award.application_id
            ? [
                {
                  term: w("fromApplication"),
                  is: (
                    <Link to="/awarding/applications/$id" params={{ id: award.application_id }} className="link">
                      {t("open")}
                    </Link>
                  ),
                },
              ]
            : []),
        ]}
      />
    </Card>
  );
}

function Closing({ award }: { award: WholeAward }) {
  return (
    <Card title={w("closeout")} about={w("closingNote")}>
      <ul className="flex flex-col gap-2">
        {award.closing.map((item) => {
          const Sign = item.done ? Check : Circle;
          return (
            <li key={item.name} className="flex gap-2.5">
              <Sign aria-hidden className={item.done ? "mt-1 size-4 text-good" : "mt-1 size-4 text-soft"} />
              <span className="min-w-0 first-letter:uppercase">{item.words}</span>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

type Deed = "suspend" | "resume" | "close" | "reopen";

function deedsOf(award: WholeAward): Deed[] {
  switch (award.status) {
    case "suspended":
      return ["resume", "close"];
    case "closing":
      return ["reopen"];
    case "closed":
    case "granting":
      return [];
    case "expired":
      return ["close"];
    default:
      return ["suspend", "close"];
  }
}

function AwardActs({ award }: { award: WholeAward }) {
  const [doing, setDoing] = useState<Deed | null>(null);
  const labels = { suspend: w("suspend"), resume: w("resume"), close: w("close"), reopen: w("reopen") };
  return (
    <>
      {deedsOf(award).map((deed) => (
        <Button key={deed} look={deed === "close" ? "bad" : "plain"} onClick={() => setDoing(deed)}>
          {labels[deed]}
        </Button>
      ))}
      {doing && <DeedDialog award={award} deed={doing} onClose={() => setDoing(null)} />}
    </>
  );
}

function DeedDialog({ award, deed, onClose }: { award: WholeAward; deed: Deed; onClose(): void }) {
  const [reason, setReason] = useState("");
  const path = { award_id: award.id };
  const said = reason.trim();
  const { name } = award;
  const told = {
    suspend: [w("suspendTitle", { name }), w("suspendWhat"), w("suspendVerb"), w("suspended")],
    resume: [w("resumeTitle", { name }), w("resumeWhat"), w("resumeVerb"), w("resumed")],
    close: [w("closeTitle", { name }), w("closeWhat"), w("closeVerb"), w("closed")],
    reopen: [w("reopenTitle", { name }), w("reopenWhat"), w("reopenVerb"), w("reopened")],
  } as const;
  const [title, what, verb, done] = told[deed];

  function go() {
    switch (deed) {
      case "suspend":
        return api.post("/v1/tokenry/awards/{award_id}/suspend", { path, body: { reason: said } });
      case "resume":
        return api.post("/v1/tokenry/awards/{award_id}/resume", { path, body: { reason: said || null } });
      case "close":
        return api.post("/v1/tokenry/awards/{award_id}/close", { path, body: { reason: said } });
      case "reopen":
        return api.post("/v1/tokenry/awards/{award_id}/reopen", { path, body: { reason: said } });
    }
  }

  return (
    <ActDialog
      open
      onClose={onClose}
      title={title}
      what={
        <>
          <p>{what}</p>
          {deed === "close" && award.closing.some((item) => !item.done) && (
            <ul className="mt-2 list-disc pl-5 text-soft">
              {award.closing
                .filter((item) => !item.done)
                .map((item) => (
                  <li key={item.name}>{item.words}</li>
                ))}
            </ul>
          )}
        </>
      }
      verb={verb}
      bad={deed === "close" || deed === "suspend"}
      ready={deed === "resume" || said !== ""}
      act={() => act(go, done)}
    >
      <WordsField
        label={t("reason")}
        value={reason}
        onChange={setReason}
        hint={t("awardeeReads")}
        max={REASON_MAX}
        optional={deed === "resume"}
      />
    </ActDialog>
  );
}
