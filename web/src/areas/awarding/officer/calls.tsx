// The calls of a programme: published, moved, ended.
import { Megaphone } from "lucide-react";
import { useState } from "react";
import { api } from "@/api/client";
import type { CallShape, ProgrammeShape } from "@/api/schema";
import { Button, Card, type Column, Empty, Field, Input, Table, useNow, When } from "@/ui";
import { t } from "@/words/awarding";
import { t as apply } from "@/words/awarding-apply";
import { t as o } from "@/words/awarding-office";
import { act, useCalls } from "../data";
import { momentField, momentOfField } from "../model/moments";
import { ActDialog } from "../parts/act";
import { State } from "../parts/shown";

const OPEN_S = 90 * 86_400; // as the server has it when nobody says otherwise
type Doing = { what: "open" } | { what: "change" | "close"; call: CallShape };

export function Calls({ programme, writes }: { programme: ProgrammeShape; writes: boolean }) {
  const found = useCalls(programme.id);
  const [doing, setDoing] = useState<Doing | null>(null);
  const make = writes && (
    <Button look="main" onClick={() => setDoing({ what: "open" })}>
      {o("openCall")}
    </Button>
  );
  const some = (found.data?.length ?? 0) > 0;
  return (
    <div className="flex flex-col gap-6">
      <Card title={o("calls")} flush actions={some && make}>
        <Table
          label={o("calls")}
          columns={columns(writes, setDoing)}
          rows={found.data}
          rowKey={(one) => one.id}
          loading={found.isPending}
          error={found.error}
          again={() => void found.refetch()}
          empty={
            <Empty icon={<Megaphone aria-hidden />} title={o("callsNone")} action={make}>
              {o("callsNoneWhy")}
            </Empty>
          }
        />
      </Card>
      <Card title={o("enforced")}>
        <p className="max-w-3xl text-pretty">{o("enforcedAbout")}</p>
      </Card>
      {doing?.what === "open" && <CallDialog programme={programme} onClose={() => setDoing(null)} />}
      {doing?.what === "change" && (
        <CallDialog programme={programme} call={doing.call} onClose={() => setDoing(null)} />
      )}
      {doing?.what === "close" && (
        <ActDialog
          open
          onClose={() => setDoing(null)}
          title={o("closeCallTitle", { name: doing.call.name })}
          what={o("closeCallWhat")}
          verb={o("closeCallVerb")}
          bad
          act={() =>
            act(
              () => api.post("/v1/tokenry/calls/{call_id}/close", { path: { call_id: doing.call.id } }),
              o("callClosed"),
            )
          }
        />
      )}
    </div>
  );
}

function columns(writes: boolean, onDo: (doing: Doing) => void): readonly Column<CallShape>[] {
  const acts: Column<CallShape> = {
    id: "acts",
    title: t("edit"),
    quiet: true,
    right: true,
    cell: (call) =>
      call.state !== "closed" && (
        <span className="flex justify-end gap-2">
          <Button size="small" onClick={() => onDo({ what: "change", call })}>
            {o("changeCall")}
          </Button>
          <Button size="small" look="bad" onClick={() => onDo({ what: "close", call })}>
            {o("closeCall")}
          </Button>
        </span>
      ),
  };
  return [
    { id: "name", title: t("name"), sort: (call) => call.name, cell: (call) => call.name },
    { id: "state", title: t("state"), cell: (call) => <State kind="call" state={call.state} /> },
    {
      id: "opens",
      title: o("opensAt"),
      sort: (call) => call.opens_at,
      cell: (call) => <When at={call.opens_at} as="moment" />,
    },
    {
      id: "closes",
      title: apply("closes"),
      sort: (call) => call.closes_at,
      cell: (call) => <When at={call.closes_at} as="moment" />,
    },
    ...(writes ? [acts] : []),
  ];
}

/** A call to be published, or one to be moved. */
function CallDialog({ programme, call, onClose }: { programme: ProgrammeShape; call?: CallShape; onClose(): void }) {
  const now = useNow();
  const [name, setName] = useState(call?.name ?? "");
  const [opens, setOpens] = useState(call ? momentField(call.opens_at) : "");
  const [closes, setCloses] = useState(() => momentField(call?.closes_at ?? Math.trunc(now) + OPEN_S));
  const opensAt = momentOfField(opens);
  const closesAt = momentOfField(closes);
  const wrong = closesAt !== null && closesAt <= (opensAt ?? now);

  function save() {
    const body = { name: name.trim(), opens_at: opensAt, closes_at: closesAt };
    if (call) {
      if (opens === momentField(call.opens_at)) body.opens_at = null; // a field has no seconds: what was left alone stays
      if (closes === momentField(call.closes_at)) body.closes_at = null;
      return act(() => api.post("/v1/tokenry/calls/{call_id}", { path: { call_id: call.id }, body }), o("callChanged"));
    }
    const path = { programme_id: programme.id };
    return act(() => api.post("/v1/tokenry/programmes/{programme_id}/calls", { path, body }), o("callOpened"));
  }

  const questions = o("templateQuestions", { count: programme.terms.fields.length });
  return (
    <ActDialog
      open
      onClose={onClose}
      title={call ? o("changeCallTitle", { name: call.name }) : o("openCallTitle", { name: programme.name })}
      what={call ? o("changeCallWhat") : o("openCallWhat", { questions })}
      verb={call ? o("changeCallVerb") : o("openCallVerb")}
      ready={name.trim() !== "" && closesAt !== null && !wrong}
      act={save}
    >
      <Field label={o("callName")} hint={o("callNameHint")}>
        <Input value={name} maxLength={200} onChange={(event) => setName(event.target.value)} autoComplete="off" />
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={o("opensAt")} hint={call ? undefined : o("opensNow")} optional={!call}>
          <Input type="datetime-local" value={opens} onChange={(event) => setOpens(event.target.value)} />
        </Field>
        <Field label={o("closesAt")} error={wrong ? o("callDatesWrong") : undefined}>
          <Input type="datetime-local" value={closes} onChange={(event) => setCloses(event.target.value)} />
        </Field>
      </div>
    </ActDialog>
  );
}
