// One programme: how it stands, its calls, its applications, its settings. Which of them is shown stands in the address.
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMay } from "@/api/hooks";
import type { ProgrammeShape } from "@/api/schema";
import { dayWords, ErrorNote, Page, Tabs } from "@/ui";
import { t as o } from "@/words/awarding-office";
import { useProgramme } from "../data";
import { Coming } from "../parts/shown";
import { ApplicationTable } from "./applications";
import { Calls } from "./calls";
import { ClosingProgramme, PoolCard } from "./pool";
import { Settings } from "./settings";
import { UptakeCard } from "./uptake";

export const TABS = ["overview", "calls", "applications", "settings"] as const;
export type ProgrammeTab = (typeof TABS)[number];

export function Programme() {
  const { id } = useParams({ from: "/awarding/programmes/$id" });
  const found = useProgramme(id);
  if (!found.data) {
    return (
      <Page title={o("programmesTitle")}>
        {found.error ? <ErrorNote error={found.error} again={() => void found.refetch()} /> : <Coming />}
      </Page>
    );
  }
  return <Shown programme={found.data} />;
}

function Shown({ programme }: { programme: ProgrammeShape }) {
  const { tab, ...filters } = useSearch({ from: "/awarding/programmes/$id" });
  const navigate = useNavigate({ from: "/awarding/programmes/$id" });
  const writes = useMay("programmes.write") && programme.state === "open";
  const closed = programme.closed_at !== null && o("isClosed", { when: dayWords(programme.closed_at) });
  return (
    <Page title={programme.name} about={closed || programme.terms.about}>
      <Tabs
        label={programme.name}
        value={tab ?? "overview"}
        onChange={(next) => void navigate({ search: { tab: next } })}
        tabs={[
          {
            id: "overview",
            label: o("tabOverview"),
            content: (
              <div className="flex flex-col gap-6">
                <PoolCard programme={programme} writes={writes} />
                <UptakeCard programme={programme} />
                {writes && <ClosingProgramme programme={programme} />}
              </div>
            ),
          },
          { id: "calls", label: o("tabCalls"), content: <Calls programme={programme} writes={writes} /> },
          {
            id: "applications",
            label: o("tabApplications"),
            content: (
              <ApplicationTable
                programme={programme}
                filters={filters}
                onFilter={(next) => void navigate({ search: { tab: "applications", ...next } })}
              />
            ),
          },
          {
            id: "settings",
            label: o("tabSettings"),
            content: <Settings key={programme.id} programme={programme} writes={writes} />,
          },
        ]}
      />
    </Page>
  );
}
