// What waits for somebody, over all programmes: applications, reports, changes, reviews, offers.
import { Link } from "@tanstack/react-router";
import { Check, Landmark } from "lucide-react";
import type { ReactNode } from "react";
import { useMay } from "@/api/hooks";
import type { ProgrammeShape } from "@/api/schema";
import { buttonClass, Card, dayWords, Empty, Page } from "@/ui";
import { t } from "@/words/awarding";
import { t as o } from "@/words/awarding-office";
import { useApplications, useAwards, useProgrammes, useReportsIn, useReviews, useWishes } from "../data";
import { JUDGED } from "../model/states";
import { changeWords } from "../parts/award-changes";
import { reportName } from "../parts/award-reports";
import { Amount, Coming, personWords, State } from "../parts/shown";
import { waits } from "../reviewer/reviews";

export function Desk() {
  const reads = useMay("programmes.write", "awards.read");
  const writes = useMay("programmes.write");
  const programmes = useProgrammes(reads);
  const make = writes && (
    <Link to="/awarding/programmes/new" className={buttonClass("main")}>
      {o("newProgramme")}
    </Link>
  );
  return (
    <Page title={o("deskTitle")} about={o("deskAbout")}>
      <MyReviews />
      {reads && programmes.isPending && <Coming />}
      {programmes.data?.length === 0 && (
        <Card>
          <Empty icon={<Landmark aria-hidden />} title={o("deskStart")} action={make}>
            {o("deskStartWhy")}
          </Empty>
        </Card>
      )}
      {programmes.data
        ?.filter((one) => one.state === "open")
        .map((one) => (
          <ToDecide key={one.id} programme={one} />
        ))}
      {programmes.data && programmes.data.length > 0 && <AwardsToDo />}
    </Page>
  );
}

function Waiting({ title, children, all }: { title: string; children: ReactNode; all?: ReactNode }) {
  return (
    <Card title={title} actions={all}>
      <ul className="flex flex-col divide-y">{children}</ul>
    </Card>
  );
}

function Line({ children, aside }: { children: ReactNode; aside: ReactNode }) {
  return (
    <li className="flex flex-wrap items-baseline gap-x-4 gap-y-1 py-2 first:pt-0 last:pb-0">
      <span className="min-w-0 flex-1 basis-60">{children}</span>
      <span className="flex flex-wrap items-baseline gap-3 text-sm text-soft">{aside}</span>
    </li>
  );
}

function MyReviews() {
  const found = useReviews(useMay("reviews.write"));
  const todo = found.data?.filter(waits) ?? [];
  if (todo.length === 0) return null;
  return (
    <Waiting title={o("deskReviews")}>
      {todo.map((one) => (
        <Line key={one.id} aside={`${t("due")} ${dayWords(one.due_at)}`}>
          <Link to="/awarding/reviews/$id" params={{ id: one.id }} className="link">
            {one.title}
          </Link>
        </Line>
      ))}
    </Waiting>
  );
}

function ToDecide({ programme }: { programme: ProgrammeShape }) {
  const found = useApplications(programme.id, {});
  const waiting = found.rows?.filter((one) => JUDGED.includes(one.state)) ?? [];
  if (waiting.length === 0) return null;
  return (
    <Waiting
      title={o("deskApplications", { programme: programme.name })}
      all={
        <Link
          to="/awarding/programmes/$id"
          params={{ id: programme.id }}
          search={{ tab: "applications" }}
          className={buttonClass("plain", "small")}
        >
          {o("seeAll")}
        </Link>
      }
    >
      {waiting.map((one) => (
        <Line
          key={one.id}
          aside={
            <>
              {one.panel && one.panel.needed > 0 && (
                <span>
                  {o("reviews")}: {o("panelOf", { scored: one.panel.scored, needed: one.panel.needed })}
                </span>
              )}
              <Amount amount={one.asked} unit={one.unit} brief />
              <State kind="application" state={one.state} />
            </>
          }
        >
          <Link to="/awarding/applications/$id" params={{ id: one.id }} className="link">
            {one.title}
          </Link>{" "}
          <span className="text-sm text-soft">{personWords(one.applicant)}</span>
        </Line>
      ))}
    </Waiting>
  );
}

function AwardsToDo() {
  const reports = useReportsIn("submitted");
  const wishes = useWishes();
  const awards = useAwards({});
  const byId = new Map(awards.rows?.map((one) => [one.id, one]));
  const nothing = reports.data?.length === 0 && wishes.data?.length === 0;
  if (nothing) return <Nothing />;
  return (
    <>
      {reports.data && reports.data.length > 0 && (
        <Waiting title={o("deskReports")}>
          {reports.data.map((one) => (
            <Line key={one.id} aside={reportName(one)}>
              <Link to="/awarding/awards/$id" params={{ id: one.award_id }} className="link">
                {byId.get(one.award_id)?.name ?? t("award")}
              </Link>
            </Line>
          ))}
        </Waiting>
      )}
      {wishes.data && wishes.data.length > 0 && (
        <Waiting title={o("deskWishes")}>
          {wishes.data.map((one) => (
            <Line key={one.id} aside={changeWords(one, byId.get(one.award_id)?.unit ?? "tokens")}>
              <Link to="/awarding/awards/$id" params={{ id: one.award_id }} className="link">
                {byId.get(one.award_id)?.name ?? t("award")}
              </Link>
            </Line>
          ))}
        </Waiting>
      )}
    </>
  );
}

function Nothing() {
  return (
    <Card>
      <Empty icon={<Check aria-hidden />} title={o("deskNoReports")}>
        {o("deskNothingWhy")}
      </Empty>
    </Card>
  );
}
