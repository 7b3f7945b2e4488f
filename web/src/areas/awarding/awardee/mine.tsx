// One's own: awards that pay for one's projects, and what one applied for.
import { Link } from "@tanstack/react-router";
import { Award } from "lucide-react";
import type { AwardShape, MyApplication } from "@/api/schema";
import { buttonClass, Card, type Column, dayWords, Empty, ErrorNote, Page, Table, useNow, When } from "@/ui";
import { t } from "@/words/awarding";
import { t as w } from "@/words/awarding-award";
import { useMyApplications, useMyAwards } from "../data";
import { shortAmount } from "../model/amounts";
import { daysUntil } from "../model/moments";
import { Amount, Bar, Coming, State } from "../parts/shown";

const SOON_DAYS = 30;

export function Mine() {
  const awards = useMyAwards();
  const applications = useMyApplications();
  return (
    <Page title={w("mineTitle")} about={w("mineAbout")}>
      <YourTurn applications={applications.data ?? []} />
      {awards.isPending && <Coming />}
      {awards.error && <ErrorNote error={awards.error} again={() => void awards.refetch()} />}
      {awards.data?.length === 0 && <NoAward />}
      {awards.data && awards.data.length > 0 && (
        <ul className="grid gap-4 md:grid-cols-2">
          {[...awards.data].reverse().map((one) => (
            <AwardCard key={one.id} award={one} />
          ))}
        </ul>
      )}
      <Card
        title={w("mineApplications")}
        flush
        actions={
          <Link to="/awarding/calls" className={buttonClass("plain", "small")}>
            {w("mineSeeCalls")}
          </Link>
        }
      >
        <Table
          label={w("mineApplications")}
          columns={COLUMNS}
          rows={applications.data}
          rowKey={(one) => one.id}
          loading={applications.isPending}
          error={applications.error}
          again={() => void applications.refetch()}
          empty={<p className="px-5 py-4 text-soft">{w("mineApplicationsNone")}</p>}
        />
      </Card>
    </Page>
  );
}

/** What waits for an answer of one's own. */
function YourTurn({ applications }: { applications: readonly MyApplication[] }) {
  const waiting = applications.filter((one) => one.state === "approved" || one.state === "returned");
  if (waiting.length === 0) return null;
  return (
    <Card title={w("yourTurn")}>
      <ul className="flex flex-col gap-2">
        {waiting.map((one) => (
          <li key={one.id} className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
            <State kind="application" state={one.state} />
            <Link to="/awarding/mine/applications/$id" params={{ id: one.id }} className="link">
              {one.title}
            </Link>
            {one.state === "approved" && one.offer && (
              <span className="text-sm text-soft">{w("answerBy", { when: dayWords(one.offer.accept_by) })}</span>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function NoAward() {
  return (
    <Card>
      <Empty
        icon={<Award aria-hidden />}
        title={w("mineNone")}
        action={
          <Link to="/awarding/calls" className={buttonClass("main")}>
            {w("mineSeeCalls")}
          </Link>
        }
      >
        {w("mineNoneWhy")}
      </Empty>
    </Card>
  );
}

function AwardCard({ award }: { award: AwardShape }) {
  const now = useNow();
  const { units, unit } = award;
  const days = daysUntil(award.ends_at, now);
  return (
    <li className="flex min-w-0 flex-col gap-3 rounded border bg-raised px-4 py-4 sm:px-5">
      <div className="flex flex-wrap items-start gap-x-3 gap-y-1">
        <h2 className="min-w-0 flex-1 text-[1.0625rem] wrap-anywhere">
          <Link to="/awarding/mine/awards/$id" params={{ id: award.id }} className="link">
            {award.name}
          </Link>
        </h2>
        <State kind="award" state={award.status} />
      </div>
      <p className="text-sm text-soft">
        {award.programme} · {award.project}
      </p>
      {units && (
        <>
          <Bar
            whole={award.amount}
            parts={[
              { label: "spent", amount: units.spent, tone: "act" },
              { label: "held", amount: units.held, tone: "soft" },
            ]}
          />
          <p className="flex flex-wrap justify-between gap-x-4 gap-y-1">
            <span className="figures font-medium">
              {w("leftOf", { left: shortAmount(units.left, unit), whole: shortAmount(award.amount, unit) })}
            </span>
            <span className="text-soft">
              {days <= SOON_DAYS && days > 0
                ? w("endsIn", { days: t("days", { count: days }) })
                : w("endsOn", { day: dayWords(award.ends_at) })}
            </span>
          </p>
        </>
      )}
    </li>
  );
}

const COLUMNS: readonly Column<MyApplication>[] = [
  {
    id: "title",
    title: t("title"),
    sort: (one) => one.title,
    cell: (one) => (
      <>
        <Link to="/awarding/mine/applications/$id" params={{ id: one.id }} className="link font-medium">
          {one.title}
        </Link>
        <span className="block text-sm text-soft">
          {one.programme}: {one.call}
        </span>
      </>
    ),
  },
  {
    id: "asked",
    title: t("asked"),
    right: true,
    sort: (one) => one.asked,
    cell: (one) => <Amount amount={one.asked} unit={one.unit} brief />,
  },
  { id: "state", title: t("state"), cell: (one) => <State kind="application" state={one.state} /> },
  {
    id: "changed",
    title: t("when"),
    right: true,
    sort: (one) => one.changed_at,
    cell: (one) => <When at={one.changed_at} />,
  },
];
