// An award as its people see it: what is left and until when, how to begin, what is due, what they can ask for.
import { useParams } from "@tanstack/react-router";
import { ExternalLink } from "lucide-react";
import { useMe } from "@/api/hooks";
import type { WholeAward } from "@/api/schema";
import { buttonClass, Card, ErrorNote, Page } from "@/ui";
import { t as a } from "@/words/awarding-apply";
import { t as w } from "@/words/awarding-award";
import { useMyAward } from "../data";
import { ChangesCard } from "../parts/award-changes";
import { HistoryCard } from "../parts/award-history";
import { PartsCard, TermsCard } from "../parts/award-parts";
import { ReportsCard, type Side } from "../parts/award-reports";
import { UnitsCard } from "../parts/award-units";
import { OutlookCard } from "../parts/outlook";
import { Coming, Prose } from "../parts/shown";
import { usedUpWords } from "../parts/terms";
import { BeginCard } from "./begin";
import { MembersCard } from "./members";

export function MyAwardPage() {
  const { id } = useParams({ from: "/awarding/mine/awards/$id" });
  const found = useMyAward(id);
  if (!found.data) {
    return (
      <Page title={w("mineTitle")}>
        {found.error ? <ErrorNote error={found.error} again={() => void found.refetch()} /> : <Coming />}
      </Page>
    );
  }
  return <Shown award={found.data} />;
}

function Shown({ award }: { award: WholeAward }) {
  const me = useMe();
  const role = me.projects.find((one) => one.id === award.project_id);
  const side: Side = role?.permissions.includes("projects.write") ? "owner" : "reader";
  const thanks = award.terms.acknowledgement.replaceAll("{programme}", award.programme).replaceAll("{award}", award.id);
  return (
    <Page
      title={award.name}
      about={`${award.programme} · ${award.project}`}
      actions={
        <a href={`/awards/${award.id}`} className={buttonClass("plain")}>
          <ExternalLink aria-hidden className="size-4" />
          {w("publicAward")}
        </a>
      }
    >
      <StatusNote award={award} />
      <UnitsCard award={award} />
      <OutlookCard awardId={award.id} endsAt={award.ends_at} unit={award.unit} granted={award.units !== null} />
      <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="flex min-w-0 flex-col gap-6">
          <BeginCard award={award} mayMake={role?.permissions.includes("own_keys.write") ?? false} />
          <ReportsCard award={award} side={side} />
          <ChangesCard award={award} side={side} />
          <PartsCard award={award} officer={false} />
        </div>
        <div className="flex min-w-0 flex-col gap-6">
          {thanks && (
            <Card title={a("offerThanks")}>
              <Prose>{thanks}</Prose>
            </Card>
          )}
          <MembersCard projectId={award.project_id} />
          <TermsCard terms={award.terms} />
          <HistoryCard awardId={award.id} mine />
        </div>
      </div>
    </Page>
  );
}

function StatusNote({ award }: { award: WholeAward }) {
  if (award.status === "suspended") {
    return <p className="rounded bg-bad-ground px-4 py-3 text-bad">{w("suspendedNote")}</p>;
  }
  if (award.status === "exhausted") {
    return (
      <p className="rounded bg-bad-ground px-4 py-3 text-bad">
        {w("exhaustedNote", { what: usedUpWords(award.terms.restrictions) })}
      </p>
    );
  }
  return award.status === "closing" ? <p className="rounded bg-wash px-4 py-3">{w("closingNote")}</p> : null;
}
