// What happened to an application, as a list in time.
import type { ReactNode } from "react";
import { When } from "@/ui";
import { t } from "@/words/awarding";
import { Quote } from "./shown";

const STEPS: Record<string, string> = {
  submit: t("stepSubmit"),
  begin_review: t("stepBeginReview"),
  return: t("stepReturn"),
  waitlist: t("stepWaitlist"),
  withdraw: t("stepWithdraw"),
  approve: t("stepApprove"),
  offer_again: t("stepOfferAgain"),
  decline: t("stepDecline"),
  accept: t("stepAccept"),
  refuse: t("stepRefuse"),
};

export interface StepShown {
  step: string;
  at: number;
  who: string;
  words: string | null;
  more?: ReactNode;
}

export function Steps({ steps, names = STEPS }: { steps: readonly StepShown[]; names?: Record<string, string> }) {
  return (
    <ol className="flex flex-col gap-4">
      {steps.map((one) => (
        <li key={`${one.at} ${one.step}`} className="flex flex-col gap-1.5">
          <p>
            <span className="inline-block font-medium first-letter:uppercase">
              {names[one.step] ?? one.step.replaceAll("_", " ")}
            </span>
            <span className="text-sm text-soft">
              {" · "}
              <When at={one.at} as="moment" />
              {one.who && ` · ${one.who}`}
            </span>
          </p>
          {one.more}
          {one.words && <Quote>{one.words}</Quote>}
        </li>
      ))}
    </ol>
  );
}
