// A call that is open: what it asks, whether one may apply, and the first three answers, which make a draft.
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Check, CircleAlert } from "lucide-react";
import { type FormEvent, useState } from "react";
import { api } from "@/api/client";
import { useMe } from "@/api/hooks";
import type { MyApplication, OpenCallShape } from "@/api/schema";
import { Button, Card, ErrorNote, Field, Input, momentWords, Page } from "@/ui";
import { t as a } from "@/words/awarding-apply";
import { act, useMyApplications, useMyAwards, useOpenCall } from "../data";
import { amountWords } from "../model/amounts";
import { Refused } from "../parts/act";
import { AmountField, amountOf } from "../parts/fields";
import { Coming, Prose } from "../parts/shown";
import { TierChoice } from "../parts/tiers";
import { ForWhat, type ForWhatValue } from "./for-what";

export function Apply() {
  const { id } = useParams({ from: "/awarding/calls/$id" });
  const call = useOpenCall(id);
  const mine = useMyApplications();
  if (!call.data || !mine.data) {
    const error = call.error ?? mine.error;
    return (
      <Page title={a("callsTitle")}>
        {error ? <ErrorNote error={error} again={() => void call.refetch()} /> : <Coming />}
      </Page>
    );
  }
  const here = mine.data.filter((one) => one.call_id === id && one.state !== "withdrawn");
  return (
    <Page title={`${call.data.programme}: ${call.data.name}`} about={call.data.about} narrow>
      <Before call={call.data} applied={here} />
      {here.length < call.data.applications_max && <Begin call={call.data} />}
      <Asked call={call.data} />
    </Page>
  );
}

/** What would be refused later is said now. */
function Before({ call, applied }: { call: OpenCallShape; applied: readonly MyApplication[] }) {
  const room = call.applications_max - applied.length;
  const largest = Math.max(...call.tiers.map((tier) => tier.amount_max));
  const drafts = applied.filter((one) => one.state === "draft");
  return (
    <Card title={a("mayTitle")}>
      <ul className="flex flex-col gap-2">
        <Point>{a("mayOpen", { when: momentWords(call.closes_at) })}</Point>
        <Point bad={room <= 0}>
          {room > 0 ? a("mayRoom", { count: room }) : a("mayFull", { most: call.applications_max })}
        </Point>
        <Point>{a("mayLargest", { amount: amountWords(largest, call.unit) })}</Point>
        <Point>{a("mayUnderReview")}</Point>
        <Point>{a("mayNear")}</Point>
      </ul>
      {drafts.map((one) => (
        <p key={one.id} className="mt-3">
          <Link to="/awarding/mine/applications/$id" params={{ id: one.id }} className="link">
            {a("goOn")}: {one.title}
          </Link>
        </p>
      ))}
    </Card>
  );
}

function Point({ bad, children }: { bad?: boolean; children: string }) {
  const Sign = bad ? CircleAlert : Check;
  return (
    <li className="flex gap-2.5">
      <Sign aria-hidden className={bad ? "mt-1 size-4 shrink-0 text-bad" : "mt-1 size-4 shrink-0 text-good"} />
      <span className={bad ? "text-bad" : undefined}>{children}</span>
    </li>
  );
}

function Begin({ call }: { call: OpenCallShape }) {
  const me = useMe();
  const navigate = useNavigate();
  const awards = useMyAwards();
  const [title, setTitle] = useState("");
  const [tierName, setTier] = useState(call.tiers[0]?.name ?? "");
  const [asked, setAsked] = useState("");
  const [what, setWhat] = useState<ForWhatValue>({ project_id: null, renews: null });
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const tier = call.tiers.find((one) => one.name === tierName);
  const amount = amountOf(asked, call.unit, tier?.amount_max);
  const ready = title.trim() !== "" && amount !== null;

  async function begin(event: FormEvent) {
    event.preventDefault();
    if (!ready || busy) return;
    setBusy(true);
    setError(null);
    try {
      const body = { call_id: call.id, tier: tierName, title: title.trim(), asked: amount, answers: {}, ...what };
      const made = await act(() => api.post("/v1/tokenry/me/applications", { body }));
      await navigate({ to: "/awarding/mine/applications/$id", params: { id: made.id } });
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  }

  return (
    <Card title={a("apply")} about={a("beginAbout")}>
      <form onSubmit={begin} className="flex flex-col gap-5">
        <Field label={a("fieldTitle")} hint={a("fieldTitleHint")}>
          <Input value={title} maxLength={100} onChange={(event) => setTitle(event.target.value)} autoComplete="off" />
        </Field>
        <TierChoice tiers={call.tiers} unit={call.unit} value={tierName} onChange={setTier} />
        <AmountField
          label={a("fieldAsked")}
          unit={call.unit}
          value={asked}
          onChange={setAsked}
          most={tier?.amount_max}
        />
        <ForWhat
          value={what}
          onChange={setWhat}
          projects={me.projects}
          awards={(awards.data ?? []).filter((one) => one.programme_id === call.programme_id)}
        />
        {error !== null && <Refused error={error} />}
        <div>
          <Button type="submit" look="main" busy={busy} disabled={!ready}>
            {a("beginVerb")}
          </Button>
        </div>
      </form>
    </Card>
  );
}

/** What will be asked, before one begins. */
function Asked({ call }: { call: OpenCallShape }) {
  return (
    <>
      <Card title={a("asksYou")}>
        <ul className="flex flex-col gap-3">
          {call.fields.map((field) => (
            <li key={field.id}>
              <span className="font-medium">{field.label}</span>{" "}
              <span className="text-sm text-soft">
                {[field.required && a("must"), field.words_max !== null && a("atMostWords", { count: field.words_max })]
                  .filter(Boolean)
                  .join(", ")}
              </span>
              {field.help && <span className="block text-[0.9375rem] text-soft">{field.help}</span>}
            </li>
          ))}
        </ul>
      </Card>
      {call.conditions && (
        <Card title={a("bound")}>
          <Prose>{call.conditions}</Prose>
        </Card>
      )}
    </>
  );
}
