// States in a word, with the tone they are shown in. One table a kind of thing.
import type { Tone } from "@/ui";
import { t } from "@/words/awarding";

export interface Told {
  label: string;
  tone: Tone;
}

const told = (label: string, tone: Tone = "plain"): Told => ({ label, tone });

const APPLICATION: Record<string, Told> = {
  draft: told(t("stateDraft")),
  submitted: told(t("stateSubmitted"), "act"),
  under_review: told(t("stateUnderReview"), "act"),
  returned: told(t("stateReturned"), "bad"),
  waitlisted: told(t("stateWaitlisted")),
  approved: told(t("stateOffered"), "good"),
  accepted: told(t("stateAccepted"), "good"),
  declined: told(t("stateDeclined"), "bad"),
  refused: told(t("stateRefused")),
  withdrawn: told(t("stateWithdrawn")),
};
const AWARD: Record<string, Told> = {
  granting: told(t("stateGranting"), "act"),
  scheduled: told(t("stateScheduled")),
  active: told(t("stateActive"), "good"),
  suspended: told(t("stateSuspended"), "bad"),
  exhausted: told(t("stateExhausted"), "bad"),
  expired: told(t("stateExpired")),
  closing: told(t("stateClosing")),
  closed: told(t("stateClosed")),
};
const REPORT: Record<string, Told> = {
  due: told(t("stateDue")),
  submitted: told(t("stateHandedIn"), "act"),
  returned: told(t("stateReturned"), "bad"),
  accepted: told(t("stateAccepted"), "good"),
  waived: told(t("stateWaived")),
};
const AMENDMENT: Record<string, Told> = {
  asked: told(t("stateAsked"), "act"),
  doing: told(t("stateDoing"), "act"),
  done: told(t("stateDone"), "good"),
  denied: told(t("stateDenied"), "bad"),
  withdrawn: told(t("stateTakenBack")),
};
const TRANCHE: Record<string, Told> = {
  waiting: told(t("stateWaiting")),
  releasing: told(t("stateDoing"), "act"),
  released: told(t("stateReleased"), "good"),
  cancelled: told(t("stateCancelled")),
};
const REVIEW: Record<string, Told> = {
  assigned: told(t("stateAssigned"), "act"),
  clear: told(t("stateClear"), "act"),
  scored: told(t("stateScored"), "good"),
  conflict: told(t("stateConflict"), "bad"),
  declined: told(t("stateReviewDeclined")),
  removed: told(t("stateRemoved")),
};
const CALL: Record<string, Told> = {
  announced: told(t("stateAnnounced")),
  open: told(t("stateOpen"), "good"),
  closed: told(t("stateOver")),
};
const KINDS = {
  application: APPLICATION,
  award: AWARD,
  report: REPORT,
  amendment: AMENDMENT,
  tranche: TRANCHE,
  review: REVIEW,
  call: CALL,
} as const;

export type Kind = keyof typeof KINDS;

/** A state that this page does not know yet is shown as the server calls it. */
export function toldState(kind: Kind, state: string): Told {
  return KINDS[kind][state] ?? told(state.replaceAll("_", " "));
}

export const APPLICATION_STATES = Object.keys(APPLICATION).filter((state) => state !== "draft");
/** An officer's turn. */
export const JUDGED: readonly string[] = ["submitted", "under_review", "waitlisted"];
/** The applicant's turn to write. */
export const EDITABLE: readonly string[] = ["draft", "returned"];
