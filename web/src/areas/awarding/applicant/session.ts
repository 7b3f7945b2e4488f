// One application while it is being written: what stands in its form, how that is sent, and on which revision it is based.
import { api } from "@/api/client";
import { queries } from "@/api/hooks";
import type { MyApplication } from "@/api/schema";
import { typedAmount } from "../model/amounts";
import { type Answers, sendable } from "../model/answers";
import { forget, keep, kept } from "../model/kept";
import { Saver } from "../model/saver";
import { amountOf } from "../parts/fields";
import type { ForWhatValue } from "./for-what";

export interface ApplicationForm {
  title: string;
  tier: string;
  asked: string;
  what: ForWhatValue;
  answers: Answers;
}

export function formOf(one: MyApplication): ApplicationForm {
  return {
    title: one.title,
    tier: one.tier,
    asked: typedAmount(one.asked, one.unit),
    what: { project_id: one.project_id, renews: one.renews },
    answers: one.answers as Answers,
  };
}

/** What cannot be sent to the server at all. */
export function unsendable(one: MyApplication, form: ApplicationForm): "title" | "asked" | null {
  if (form.title.trim() === "") return "title";
  return askedOf(one, form) === null ? "asked" : null;
}

export function askedOf(one: MyApplication, form: ApplicationForm): number | null {
  const tier = one.form?.tiers.find((each) => each.name === form.tier);
  return amountOf(form.asked, one.unit, tier?.amount_max);
}

export class Writing {
  revision: number;
  readonly saver: Saver<ApplicationForm>;
  /** What was typed before and could not be saved, and whether it was typed on what there is now. */
  readonly found: { form: ApplicationForm; stale: boolean } | null;

  constructor(
    private readonly application: MyApplication,
    private readonly user: string,
  ) {
    this.revision = application.revision;
    this.saver = new Saver((form) => this.save(form));
    const before = kept<ApplicationForm>(user, application.id);
    this.found = before && { form: before.value, stale: before.revision !== application.revision };
  }

  /** Something was typed. It is kept here until the server has it. */
  typed(form: ApplicationForm): void {
    keep(this.user, this.application.id, { revision: this.revision, value: form });
    if (unsendable(this.application, form) === null) this.saver.offer(form);
  }

  /** What is typed here goes over what somebody saved elsewhere meanwhile. */
  async insist(form: ApplicationForm): Promise<void> {
    const { id: application_id } = this.application;
    const now = await api.get("/v1/tokenry/me/applications/{application_id}", { path: { application_id } });
    this.revision = now.revision;
    this.saver.offer(form);
    await this.saver.flush();
  }

  done(): void {
    this.saver.stop();
    forget(this.user, this.application.id);
  }

  private async save(form: ApplicationForm): Promise<void> {
    const { id: application_id, form: asked } = this.application;
    const given = await api.post("/v1/tokenry/me/applications/{application_id}", {
      path: { application_id },
      body: {
        tier: form.tier,
        title: form.title.trim(),
        asked: askedOf(this.application, form) ?? this.application.asked,
        answers: sendable(asked?.fields ?? [], form.answers),
        ...form.what,
        revision: this.revision,
      },
    });
    this.revision = given.revision;
    queries.setQueryData(["awarding", "my-application", application_id], given);
    if (!this.saver.isWaiting) forget(this.user, application_id);
  }
}
