// What can be applied for now.
import { Link } from "@tanstack/react-router";
import { Megaphone } from "lucide-react";
import { useMay } from "@/api/hooks";
import type { OpenCallShape } from "@/api/schema";
import { buttonClass, Card, Empty, ErrorNote, momentWords, Page } from "@/ui";
import { t as a } from "@/words/awarding-apply";
import { useMyApplications, useOpenCalls } from "../data";
import { Coming } from "../parts/shown";
import { tierWords } from "../parts/tiers";

export function OpenCalls() {
  const calls = useOpenCalls();
  const mine = useMyApplications();
  const office = useMay("programmes.write");
  return (
    <Page title={a("callsTitle")} about={a("callsAbout")}>
      {calls.isPending && <Coming />}
      {calls.error && <ErrorNote error={calls.error} again={() => void calls.refetch()} />}
      {calls.data?.length === 0 && (
        <Card>
          <Empty icon={<Megaphone aria-hidden />} title={a("callsNone")}>
            {office ? a("callsNoneOfficer") : a("callsNoneWhy")}
          </Empty>
        </Card>
      )}
      {calls.data?.map((call) => (
        <CallCard
          key={call.id}
          call={call}
          applied={mine.data?.filter((one) => one.call_id === call.id && one.state !== "withdrawn").length ?? 0}
        />
      ))}
    </Page>
  );
}

function CallCard({ call, applied }: { call: OpenCallShape; applied: number }) {
  return (
    <Card
      title={`${call.programme}: ${call.name}`}
      about={a("closesOn", { when: momentWords(call.closes_at) })}
      actions={
        <Link to="/awarding/calls/$id" params={{ id: call.id }} className={buttonClass("main")}>
          {applied > 0 ? a("applyAnother") : a("apply")}
        </Link>
      }
    >
      <div className="flex flex-col gap-3">
        {call.about && <p className="max-w-3xl text-pretty">{call.about}</p>}
        <ul className="flex flex-col gap-1 text-[0.9375rem]">
          {call.tiers.map((tier) => (
            <li key={tier.name}>
              <span className="font-medium">{tier.name}</span>{" "}
              <span className="text-soft">{tierWords(tier, call.unit)}</span>
            </li>
          ))}
        </ul>
        {applied > 0 && (
          <p>
            <Link to="/awarding/mine" className="link">
              {a("yoursHere", { count: applied })}
            </Link>
          </p>
        )}
      </div>
    </Card>
  );
}
