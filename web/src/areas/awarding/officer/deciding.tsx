// What an officer does with an application: award it, let it wait, return it, decline it; or offer it again.
import { useState } from "react";
import { api } from "@/api/client";
import type { ApplicationShape, ProgrammeShape } from "@/api/schema";
import { Button } from "@/ui";
import { t } from "@/words/awarding";
import { t as o } from "@/words/awarding-office";
import { act } from "../data";
import { JUDGED } from "../model/states";
import { ActDialog } from "../parts/act";
import { WordsField } from "../parts/fields";
import { ApproveDialog } from "./approving";

type Deed = "approve" | "waitlist" | "return" | "decline" | "offer";

export interface DecisionProps {
  application: ApplicationShape;
  programme: ProgrammeShape;
}

export function DecisionButtons({ application, programme }: DecisionProps) {
  const [doing, setDoing] = useState<Deed | null>(null);
  const judged = JUDGED.includes(application.state);
  const close = () => setDoing(null);
  return (
    <>
      {judged && (
        <>
          <Button look="main" onClick={() => setDoing("approve")}>
            {o("approve")}
          </Button>
          {application.state !== "waitlisted" && <Button onClick={() => setDoing("waitlist")}>{o("waitlist")}</Button>}
          <Button onClick={() => setDoing("return")}>{o("sendBack")}</Button>
          <Button look="bad" onClick={() => setDoing("decline")}>
            {o("decline")}
          </Button>
        </>
      )}
      {application.state === "approved" && <Button onClick={() => setDoing("offer")}>{o("offerAgain")}</Button>}
      {/* What was typed outlives a refusal, and somebody who was quicker: it is gone only when it is closed. */}
      {doing === "approve" && <ApproveDialog application={application} programme={programme} onClose={close} />}
      {doing && doing !== "approve" && (
        <WordedDialog deed={doing} application={application} programme={programme} onClose={close} />
      )}
    </>
  );
}

interface Worded {
  title: string;
  what: string;
  verb: string;
  label: string;
  done: string;
  needed: boolean;
  panel: boolean;
  bad: boolean;
}

function wordedOf(deed: Exclude<Deed, "approve">, { application: { title }, programme }: DecisionProps): Worded {
  const plain = { label: o("wordsToApplicant"), needed: false, panel: false, bad: false };
  switch (deed) {
    case "waitlist":
      return {
        ...plain,
        title: o("waitlistTitle", { title }),
        what: o("waitlistWhat"),
        verb: o("waitlistVerb"),
        done: o("waitlisted"),
      };
    case "return":
      return {
        ...plain,
        title: o("sendBackTitle", { title }),
        what: o("sendBackWhat"),
        verb: o("sendBackVerb"),
        done: o("sentBack"),
        label: o("whatToChange"),
        needed: true,
      };
    case "decline":
      return {
        title: o("declineTitle", { title }),
        what: o("declineWhat"),
        verb: o("declineVerb"),
        done: o("declined"),
        label: o("why"),
        needed: true,
        panel: true,
        bad: true,
      };
    case "offer":
      return {
        ...plain,
        title: o("offerAgainTitle"),
        what: o("offerAgainWhat", { days: t("days", { count: programme.terms.accept_within_days }) }),
        verb: o("offerAgainVerb"),
        done: o("offeredAgain"),
      };
  }
}

function WordedDialog({
  deed,
  application,
  programme,
  onClose,
}: DecisionProps & { deed: Exclude<Deed, "approve">; onClose(): void }) {
  const [seen] = useState(application.revision); // what is decided on is what was read when it was opened
  const [words, setWords] = useState("");
  const [note, setNote] = useState("");
  const worded = wordedOf(deed, { application, programme });
  const path = { application_id: application.id };
  const said = { words: words.trim() || null };

  function go() {
    switch (deed) {
      case "waitlist":
        return api.post("/v1/tokenry/applications/{application_id}/waitlist", {
          path,
          body: { ...said, revision: seen },
        });
      case "return":
        return api.post("/v1/tokenry/applications/{application_id}/return", {
          path,
          body: { words, revision: seen },
        });
      case "decline":
        return api.post("/v1/tokenry/applications/{application_id}/decline", {
          path,
          body: { words, panel_note: note.trim() || null, revision: seen },
        });
      case "offer":
        return api.post("/v1/tokenry/applications/{application_id}/offer", { path, body: said });
    }
  }

  return (
    <ActDialog
      open
      onClose={onClose}
      title={worded.title}
      what={worded.what}
      verb={worded.verb}
      bad={worded.bad}
      ready={!worded.needed || words.trim() !== ""}
      act={() => act(go, worded.done)}
    >
      <WordsField
        label={worded.label}
        value={words}
        onChange={setWords}
        hint={t("wordsSeen")}
        optional={!worded.needed}
      />
      {worded.panel && (
        <WordsField
          label={o("panelNote")}
          value={note}
          onChange={setNote}
          hint={o("panelNoteHint")}
          optional
          rows={2}
        />
      )}
    </ActDialog>
  );
}
