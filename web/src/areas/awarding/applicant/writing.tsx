// An application while it is a draft, or was returned: its form, saved as one types, and handed in.
import { useState } from "react";
import { ApiError, api } from "@/api/client";
import { useMe } from "@/api/hooks";
import type { MyApplication, OpenCallShape } from "@/api/schema";
import { Button, Card, Field, Input } from "@/ui";
import { listed } from "@/words";
import { t as common } from "@/words/awarding";
import { t as a } from "@/words/awarding-apply";
import { act, readAgain, useMyAwards } from "../data";
import { amountWords } from "../model/amounts";
import { missing, problemOf } from "../model/answers";
import { ActDialog } from "../parts/act";
import { AmountField } from "../parts/fields";
import { KeepingNote, useKeeping } from "../parts/keeping";
import { TierChoice } from "../parts/tiers";
import { ForWhat } from "./for-what";
import { Question } from "./question";
import { type ApplicationForm, askedOf, formOf, unsendable, Writing } from "./session";

export interface WritingProps {
  application: MyApplication;
  asked: OpenCallShape;
}

export function WritingForm({ application, asked }: WritingProps) {
  const me = useMe();
  const awards = useMyAwards();
  const [writing] = useState(() => new Writing(application, me.id ?? ""));
  const [form, setForm] = useState(() => writing.found?.form ?? formOf(application));
  const [restored, setRestored] = useState(writing.found !== null);
  const keeping = useKeeping(writing.saver);
  const stale = (restored && writing.found?.stale) || (keeping.kind === "failed" && isStale(keeping.error));
  const tier = asked.tiers.find((one) => one.name === form.tier);
  const cannot = unsendable(application, form);

  function set(part: Partial<ApplicationForm>) {
    const next = { ...form, ...part };
    setForm(next);
    writing.typed(next);
  }

  async function takeSaved() {
    writing.done();
    await readAgain();
    setRestored(false);
    const now = await api.get("/v1/tokenry/me/applications/{application_id}", {
      path: { application_id: application.id },
    });
    writing.revision = now.revision;
    setForm(formOf(now));
  }

  async function keepMine() {
    setRestored(false);
    await writing.insist(form).catch(() => {}); // told by the note beside it
  }

  return (
    <>
      {restored && !stale && (
        <p className="flex flex-wrap items-center gap-3 rounded bg-wash px-4 py-3">
          {common("restored")}
          <Button size="small" onClick={() => void takeSaved()}>
            {common("startOver")}
          </Button>
        </p>
      )}
      {stale && (
        <div role="alert" className="flex flex-wrap items-center gap-3 rounded border border-act bg-wash px-4 py-3">
          <span className="min-w-0 flex-1 basis-60">{a("stale")}</span>
          <Button size="small" onClick={() => void takeSaved()}>
            {a("takeTheirs")}
          </Button>
          <Button size="small" onClick={() => void keepMine()}>
            {a("keepMine")}
          </Button>
        </div>
      )}
      <Card>
        <div className="flex flex-col gap-5">
          <Field label={a("fieldTitle")} hint={a("fieldTitleHint")}>
            <Input value={form.title} maxLength={100} onChange={(event) => set({ title: event.target.value })} />
          </Field>
          <TierChoice
            tiers={asked.tiers}
            unit={asked.unit}
            value={form.tier}
            onChange={(name) => set({ tier: name })}
          />
          <AmountField
            label={a("fieldAsked")}
            unit={asked.unit}
            value={form.asked}
            onChange={(text) => set({ asked: text })}
            most={tier?.amount_max}
          />
          <ForWhat
            value={form.what}
            onChange={(what) => set({ what })}
            projects={me.projects}
            awards={(awards.data ?? []).filter((one) => one.programme_id === application.programme_id)}
          />
        </div>
      </Card>
      <Card title={a("answers")}>
        <div className="flex flex-col gap-6">
          {asked.fields.map((field) => (
            <Question
              key={field.id}
              field={field}
              answer={form.answers[field.id]}
              onChange={(answer) => {
                const { [field.id]: _before, ...others } = form.answers;
                set({ answers: answer === undefined ? others : { ...others, [field.id]: answer } });
              }}
            />
          ))}
        </div>
      </Card>
      <Submitting application={application} asked={asked} form={form} writing={writing} cannot={cannot} />
    </>
  );
}

function isStale(error: unknown): boolean {
  return error instanceof ApiError && error.code === "stale_revision";
}

interface SubmittingProps extends WritingProps {
  form: ApplicationForm;
  writing: Writing;
  cannot: ReturnType<typeof unsendable>;
}

function Submitting({ application, asked, form, writing, cannot }: SubmittingProps) {
  const [asking, setAsking] = useState(false);
  const open = missing(asked.fields, form.answers);
  const wrong = asked.fields.filter((field) => problemOf(field, form.answers[field.id]) !== null);
  const todo = [...open, ...wrong].map((field) => field.label);
  const amount = askedOf(application, form);
  const waits = cannot === "title" ? a("needTitle") : cannot === "asked" ? a("needAmount") : undefined;

  async function submit() {
    await writing.saver.flush();
    await act(
      () =>
        api.post("/v1/tokenry/me/applications/{application_id}/submit", {
          path: { application_id: application.id },
          body: { revision: writing.revision },
        }),
      a("submitted"),
    );
    writing.done();
  }

  return (
    <div className="sticky bottom-0 z-10 flex flex-wrap items-center gap-x-4 gap-y-2 rounded border bg-raised px-4 py-3">
      <div className="min-w-0 flex-1 basis-60">
        <KeepingNote saver={writing.saver} waits={waits} />
        {todo.length > 0 && <p className="text-sm text-soft">{a("missingOne", { which: listed(todo) })}</p>}
      </div>
      <Button look="main" disabled={todo.length > 0 || cannot !== null} onClick={() => setAsking(true)}>
        {a("submit")}
      </Button>
      <ActDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={a("submitTitle", { title: form.title.trim() })}
        what={
          <>
            <p>
              {a("submitWhat", {
                amount: amountWords(amount ?? 0, asked.unit),
                tier: form.tier,
                programme: application.programme,
              })}
            </p>
            <p className="mt-2">{a("submitThen")}</p>
          </>
        }
        verb={a("submitVerb")}
        act={submit}
      />
    </div>
  );
}
