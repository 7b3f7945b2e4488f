// What is offered: its terms whole, their hash, and yes or no. What is accepted is the hash that stands here.
import { useState } from "react";
import { api } from "@/api/client";
import type { MyApplication, Offer } from "@/api/schema";
import { refreshSession } from "@/api/session";
import { Button, Card, CopyButton, Facts, momentWords, useNow } from "@/ui";
import { listed } from "@/words";
import { t } from "@/words/awarding";
import { t as a } from "@/words/awarding-apply";
import { act } from "../data";
import { amountWords } from "../model/amounts";
import { ActDialog } from "../parts/act";
import { WordsField } from "../parts/fields";
import { Prose } from "../parts/shown";
import { handedOutWords, modelsWords, ratesWords, reportsWords, usedUpWords, weightsWords } from "../parts/terms";

export function OfferCard({ application }: { application: MyApplication }) {
  const now = useNow();
  const [doing, setDoing] = useState<"accept" | "refuse" | null>(null);
  const { offer, terms_hash } = application;
  if (!offer || !terms_hash) return null;
  const open = application.state === "approved" && offer.accept_by > now;
  const close = () => setDoing(null);
  return (
    <Card
      title={a("offerTitle")}
      about={a("offerAbout")}
      actions={
        open && (
          <>
            <Button look="bad" onClick={() => setDoing("refuse")}>
              {a("refuse")}
            </Button>
            <Button look="main" onClick={() => setDoing("accept")}>
              {a("accept")}
            </Button>
          </>
        )
      }
    >
      <OfferFacts offer={offer} />
      <section className="mt-5 border-t pt-4">
        <h3 className="text-sm font-medium">{a("offerHash")}</h3>
        <div className="mt-1 flex items-start gap-2">
          <code className="min-w-0 flex-1 font-mono text-sm wrap-anywhere">{terms_hash}</code>
          <CopyButton text={terms_hash} />
        </div>
        <p className="mt-1 text-sm text-soft">{a("offerHashWhy")}</p>
        <div className="mt-3">
          <CopyButton text={() => JSON.stringify(offer, null, 2)} label={a("offerCopy")} worded />
        </div>
      </section>
      {doing === "accept" && <Accepting application={application} offer={offer} hash={terms_hash} onClose={close} />}
      {doing === "refuse" && <Refusing application={application} onClose={close} />}
    </Card>
  );
}

/** The award has no id yet. */
function acknowledged({ acknowledgement, programme }: Offer): string {
  return acknowledgement.replaceAll("{programme}", programme).replaceAll("{award}", a("offerAwardId"));
}

function OfferFacts({ offer }: { offer: Offer }) {
  const days = t("days", { count: offer.days });
  return (
    <Facts
      facts={[
        { term: a("offerAmount"), is: <strong>{amountWords(offer.amount, offer.unit)}</strong> },
        { term: a("offerDays"), is: a("offerDaysIs", { days }) },
        { term: a("offerBy"), is: momentWords(offer.accept_by) },
        { term: t("tier"), is: offer.tier },
        { term: a("offerParts"), is: handedOutWords(offer.tranches) },
        { term: a("offerReports"), is: reportsWords(offer.reporting) },
        { term: a("offerModels"), is: modelsWords(offer.restrictions) },
        ...(ratesWords(offer.restrictions).length > 0
          ? [{ term: a("offerRates"), is: listed(ratesWords(offer.restrictions)) }]
          : []),
        ...(offer.weights ? [{ term: a("offerWeights"), is: weightsWords(offer.weights) }] : []),
        { term: a("offerWhenUsedUp"), is: usedUpWords(offer.restrictions) },
        ...(offer.conditions ? [{ term: a("offerConditions"), is: <Prose>{offer.conditions}</Prose> }] : []),
        ...(offer.programme_conditions
          ? [{ term: a("offerProgramme"), is: <Prose>{offer.programme_conditions}</Prose> }]
          : []),
        ...(offer.acknowledgement ? [{ term: a("offerThanks"), is: <Prose>{acknowledged(offer)}</Prose> }] : []),
      ]}
    />
  );
}

interface AcceptingProps {
  application: MyApplication;
  offer: Offer;
  hash: string;
  onClose(): void;
}

/** The hash that was shown is the one that is accepted, whatever the page has read since. */
function Accepting({ application, offer, hash, onClose }: AcceptingProps) {
  const [shown] = useState(hash);
  const what = { amount: amountWords(offer.amount, offer.unit), days: t("days", { count: offer.days }) };
  return (
    <ActDialog
      open
      onClose={onClose}
      title={a("acceptTitle", what)}
      what={
        <>
          <p>{a("acceptWhat", { hash: shown.slice(-8) })}</p>
          {offer.project_id === null && <p className="mt-2">{a("acceptProject")}</p>}
        </>
      }
      verb={a("acceptVerb")}
      act={async () => {
        await act(
          () =>
            api.post("/v1/tokenry/me/applications/{application_id}/accept", {
              path: { application_id: application.id },
              body: { terms_hash: shown },
            }),
          a("accepted"),
        );
        await refreshSession(); // the award may have brought a project
      }}
    />
  );
}

function Refusing({ application, onClose }: { application: MyApplication; onClose(): void }) {
  const [words, setWords] = useState("");
  return (
    <ActDialog
      open
      onClose={onClose}
      title={a("refuseTitle")}
      what={a("refuseWhat")}
      verb={a("refuse")}
      bad
      act={() =>
        act(
          () =>
            api.post("/v1/tokenry/me/applications/{application_id}/refuse", {
              path: { application_id: application.id },
              body: { words: words.trim() || null },
            }),
          a("refused"),
        )
      }
    >
      <WordsField label={a("refuseWords")} value={words} onChange={setWords} optional />
    </ActDialog>
  );
}
