import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import { useAct } from "@/api/pages";
import { Button, Card, Dialog, ErrorNote, Skeleton, Switch, When } from "@/ui";
import { t } from "@/words/privacy";
import { type Consent, TRAINING, type Training, type TrainingProject, trainingQuery } from "./lists";

/** What models may learn from: nothing, until one says so, project by project. */
export function Learning() {
  const found = useQuery(trainingQuery);
  const training = found.data;
  return (
    <Card title={t("training")} about={t("trainingAbout")}>
      {found.error && <ErrorNote error={found.error} again={() => void found.refetch()} />}
      {found.isPending && <Skeleton className="h-24" />}
      {training && (
        <div className="flex flex-col gap-4">
          {training.projects.length === 0 && <p>{t("trainingNone")}</p>}
          {training.projects.map((one) => (
            <OneProject key={one.project_id} training={training} project={one} />
          ))}
          {training.consents.length > 0 && <History training={training} />}
        </div>
      )}
    </Card>
  );
}

function OneProject({ training, project }: { training: Training; project: TrainingProject }) {
  const [asked, setAsked] = useState(false);
  const say = useAct(
    (consents: boolean) =>
      api.post("/v1/tokenry/me/training", {
        body: { project_id: project.project_id, consents, words: training.words_version },
      }),
    {
      stale: [TRAINING],
      said: (_, consents) => t(consents ? "trainingOn" : "trainingOff", { name: project.name }),
    },
  );
  const forbidden = project.training === "forbidden";
  return (
    <>
      <Switch
        checked={project.consents}
        disabled={(forbidden && !project.consents) || say.isPending}
        label={t("trainingProject", { name: project.name })}
        hint={forbidden ? t("trainingForbidden") : undefined}
        onChange={(on) => (on ? setAsked(true) : say.mutate(false))}
      />
      <Dialog
        open={asked}
        onClose={() => setAsked(false)}
        title={t("trainingAsk", { name: project.name })}
        about={t("trainingWords")}
        actions={
          <>
            <Button onClick={() => setAsked(false)}>{t("cancel")}</Button>
            <Button
              look="main"
              busy={say.isPending}
              onClick={() => say.mutate(true, { onSettled: () => setAsked(false) })}
            >
              {t("trainingAgree")}
            </Button>
          </>
        }
      >
        <blockquote className="border-l-3 pl-4">{training.words}</blockquote>
      </Dialog>
    </>
  );
}

function History({ training }: { training: Training }) {
  const names = new Map(training.projects.map((one) => [one.project_id, one.name]));
  return (
    <details className="border-t pt-3">
      <summary className="min-h-9 cursor-pointer py-1 text-[0.9375rem] font-medium">{t("trainingHistory")}</summary>
      <p className="mt-1 text-sm text-soft">{t("trainingTold")}</p>
      <ul className="mt-3 flex flex-col gap-3">
        {training.consents.map((one) => (
          <li key={one.id} className="border-l-3 pl-4">
            <p className="font-medium wrap-anywhere">{names.get(one.project_id) ?? one.project_id}</p>
            <Dates consent={one} />
            <p className="text-sm">
              {t("trainingLeft")}:{" "}
              {one.handed.length === 0
                ? t("trainingLeftNone")
                : one.handed
                    .map((left) => t("trainingLeftOne", { count: left.messages, taker: left.taker }))
                    .join("; ")}
            </p>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Dates({ consent }: { consent: Consent }) {
  return (
    <p className="text-sm text-soft">
      {t("trainingGiven")} <When at={consent.given_at} as="day" /> ·{" "}
      {consent.withdrawn_at === null ? (
        t("trainingStands")
      ) : (
        <>
          {t("trainingWithdrawn")} <When at={consent.withdrawn_at} as="day" />
        </>
      )}
    </p>
  );
}
