// The applications of a programme, filtered; and the page where one chooses the programme first.
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Download, Inbox } from "lucide-react";
import { addressOf } from "@/api/client";
import type { ApplicationLine, ProgrammeShape } from "@/api/schema";
import { buttonClass, Card, type Column, Empty, ErrorNote, Field, Page, Select, Table, When } from "@/ui";
import { t } from "@/words/awarding";
import { t as o } from "@/words/awarding-office";
import { useApplications, useCalls, useProgrammes } from "../data";
import { APPLICATION_STATES, toldState } from "../model/states";
import { Amount, Coming, personWords, State } from "../parts/shown";

export interface Filters {
  state?: ApplicationLine["state"] | undefined;
  tier?: string | undefined;
  call_id?: string | undefined;
}

/** All applications of one programme; which one stands in the address. */
export function Applications() {
  const { programme_id, ...filters } = useSearch({ from: "/awarding/applications" });
  const navigate = useNavigate({ from: "/awarding/applications" });
  const found = useProgrammes();
  const shown = found.data?.find((one) => one.id === programme_id) ?? found.data?.at(-1);
  return (
    <Page title={o("applicationsTitle")} about={o("applicationsAbout")}>
      {found.isPending && <Coming />}
      {found.error && <ErrorNote error={found.error} again={() => void found.refetch()} />}
      {found.data && !shown && (
        <Empty
          icon={<Inbox aria-hidden />}
          title={o("applicationsNone")}
          action={
            <Link to="/awarding/programmes" className={buttonClass("main")}>
              {o("chooseProgramme")}
            </Link>
          }
        >
          {o("applicationsNoneWhy")}
        </Empty>
      )}
      {found.data && shown && (
        <>
          <Field label={o("filterProgramme")} className="max-w-sm">
            <Select
              value={shown.id}
              onChange={(event) => void navigate({ search: { programme_id: event.target.value } })}
            >
              {found.data.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </Select>
          </Field>
          <ApplicationTable
            programme={shown}
            filters={filters}
            onFilter={(next) => void navigate({ search: { programme_id: shown.id, ...next } })}
          />
        </>
      )}
    </Page>
  );
}

export interface ApplicationTableProps {
  programme: ProgrammeShape;
  filters: Filters;
  onFilter(filters: Filters): void;
}

export function ApplicationTable({ programme, filters, onFilter }: ApplicationTableProps) {
  const found = useApplications(programme.id, {
    state: filters.state ?? null,
    tier: filters.tier ?? null,
    call_id: filters.call_id ?? null,
  });
  const filtered = Boolean(filters.state || filters.tier || filters.call_id);
  return (
    <Card flush>
      <div className="flex flex-wrap items-end gap-3 px-4 pt-2 pb-3 sm:px-5">
        <FilterFields programme={programme} filters={filters} onFilter={onFilter} />
        <a
          href={addressOf("/v1/tokenry/programmes/{programme_id}/applications", {
            path: { programme_id: programme.id },
            query: { ...filters, format: "csv" },
          })}
          download
          className={buttonClass("plain")}
        >
          <Download aria-hidden className="size-4" />
          {t("exportCsv")}
        </a>
      </div>
      <Table
        label={o("applicationsTitle")}
        columns={COLUMNS}
        rowKey={(one) => one.id}
        {...found}
        empty={
          <Empty icon={<Inbox aria-hidden />} title={filtered ? o("applicationsNoneFits") : o("applicationsNone")}>
            {!filtered && o("applicationsNoneWhy")}
          </Empty>
        }
      />
    </Card>
  );
}

function FilterFields({ programme, filters, onFilter }: ApplicationTableProps) {
  const calls = useCalls(programme.id);
  const set = (part: Filters) => onFilter({ ...filters, ...part });
  return (
    <div className="grid min-w-0 flex-1 grid-cols-1 gap-3 sm:max-w-2xl sm:grid-cols-3">
      <Field label={o("filterState")}>
        <Select
          value={filters.state ?? ""}
          onChange={(event) => set({ state: (event.target.value || undefined) as Filters["state"] })}
        >
          <option value="">{t("all")}</option>
          {APPLICATION_STATES.map((state) => (
            <option key={state} value={state}>
              {toldState("application", state).label}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={o("filterTier")}>
        <Select value={filters.tier ?? ""} onChange={(event) => set({ tier: event.target.value || undefined })}>
          <option value="">{t("all")}</option>
          {programme.terms.tiers.map((tier) => (
            <option key={tier.name}>{tier.name}</option>
          ))}
        </Select>
      </Field>
      <Field label={o("filterCall")}>
        <Select value={filters.call_id ?? ""} onChange={(event) => set({ call_id: event.target.value || undefined })}>
          <option value="">{t("all")}</option>
          {calls.data?.map((call) => (
            <option key={call.id} value={call.id}>
              {call.name}
            </option>
          ))}
        </Select>
      </Field>
    </div>
  );
}

const COLUMNS: readonly Column<ApplicationLine>[] = [
  {
    id: "title",
    title: t("title"),
    sort: (one) => one.title,
    cell: (one) => (
      <>
        <Link to="/awarding/applications/$id" params={{ id: one.id }} className="link font-medium">
          {one.title}
        </Link>
        <span className="block text-sm text-soft">{personWords(one.applicant)}</span>
      </>
    ),
  },
  { id: "tier", title: t("tier"), sort: (one) => one.tier, cell: (one) => one.tier },
  {
    id: "asked",
    title: t("asked"),
    right: true,
    sort: (one) => one.asked,
    cell: (one) => <Amount amount={one.asked} unit={one.unit} brief />,
  },
  {
    id: "reviews",
    title: o("reviews"),
    right: true,
    sort: (one) => one.panel?.scored ?? null,
    cell: (one) => one.panel && panelWords(one.panel),
  },
  {
    id: "score",
    title: o("score"),
    right: true,
    sort: (one) => (one.panel?.percent ? Number(one.panel.percent) : null),
    cell: (one) => (one.panel?.percent ? o("scorePercent", { percent: one.panel.percent }) : "–"),
  },
  {
    id: "state",
    title: t("state"),
    sort: (one) => toldState("application", one.state).label,
    cell: (one) => <State kind="application" state={one.state} />,
  },
  {
    id: "submitted",
    title: toldState("application", "submitted").label,
    right: true,
    sort: (one) => one.submitted_at,
    cell: (one) => one.submitted_at !== null && <When at={one.submitted_at} />,
  },
];

function panelWords({ asked, scored, needed }: NonNullable<ApplicationLine["panel"]>): string {
  if (needed > 0) return o("panelOf", { scored, needed });
  return asked > 0 ? o("panelExtra", { scored, asked }) : "–";
}
