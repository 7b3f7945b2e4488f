import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import { useMay } from "@/api/hooks";
import { useAct } from "@/api/pages";
import { POLICY, type Policy, policyQuery, TRAINING } from "@/areas/me/privacy/lists";
import { Button, Card, Confirm, ErrorNote, Field, Input, Skeleton, Switch } from "@/ui";
import { t } from "@/words/privacy";
import { daysOf } from "./days";

const PATH = "/v1/tokenry/workspace_policy";
const CHAT_DAYS_MAX = 36_500;
const TEMPORARY_DAYS_MAX = 30;
const STALE = [POLICY, TRAINING] as const;

/** What the organization says of all its people's chats. */
export function Keeping() {
  const found = useQuery(policyQuery);
  if (found.error) return <ErrorNote error={found.error} again={() => void found.refetch()} />;
  if (found.isPending) return <Skeleton className="h-48" />;
  return (
    <>
      <Days policy={found.data} />
      <Learning policy={found.data} />
    </>
  );
}

function Days({ policy }: { policy: Policy }) {
  const mayWrite = useMay("organization.write");
  const [ends, setEnds] = useState(policy.chat_keep_days !== null);
  const [days, setDays] = useState(String(policy.chat_keep_days ?? 365));
  const [temporary, setTemporary] = useState(String(policy.temporary_keep_days));
  const [asked, setAsked] = useState(false);
  const save = useAct(
    (body: { chat_keep_days: number | null; temporary_keep_days: number }) => api.post(PATH, { body }),
    { stale: STALE, shows: true, said: () => t("policySaved") },
  );
  const chat = ends ? daysOf(days, 1, CHAT_DAYS_MAX) : null;
  const short = daysOf(temporary, 1, TEMPORARY_DAYS_MAX);
  const ready = short !== null && (!ends || chat !== null);
  const sooner = chat !== null && (policy.chat_keep_days === null || chat < policy.chat_keep_days);
  const send = () => save.mutateAsync({ chat_keep_days: chat, temporary_keep_days: short ?? 1 });
  return (
    <Card title={t("policy")} about={t("policyAbout")}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!ready) return;
          if (sooner) setAsked(true);
          else send().catch(() => {}); // shown below
        }}
      >
        <Switch checked={ends} onChange={setEnds} disabled={!mayWrite} label={t("policyEnd")} />
        <div className="grid gap-4 sm:grid-cols-2">
          {ends && (
            <Field label={t("policyDays")} error={chat === null && t("policyWrong", { from: 1, to: CHAT_DAYS_MAX })}>
              <Input
                inputMode="numeric"
                disabled={!mayWrite}
                value={days}
                onChange={(event) => setDays(event.target.value)}
              />
            </Field>
          )}
          <Field
            label={t("policyTemporary")}
            hint={t("policyTemporaryHint")}
            error={short === null && t("policyWrong", { from: 1, to: TEMPORARY_DAYS_MAX })}
          >
            <Input
              inputMode="numeric"
              disabled={!mayWrite}
              value={temporary}
              onChange={(event) => setTemporary(event.target.value)}
            />
          </Field>
        </div>
        <p className="text-sm text-soft">
          {t("policyRetention")} {t("policyHold")}
        </p>
        {save.error && !asked && <ErrorNote error={save.error} />}
        {mayWrite && (
          <p className="flex justify-end">
            <Button type="submit" look="main" disabled={!ready} busy={save.isPending}>
              {t("policySave")}
            </Button>
          </p>
        )}
      </form>
      <Confirm
        open={asked}
        onClose={() => setAsked(false)}
        title={t("policyAsk", { count: chat ?? 0 })}
        verb={t("policyAskDo")}
        act={send}
      >
        {t("policyAskWhy")}
      </Confirm>
    </Card>
  );
}

function Learning({ policy }: { policy: Policy }) {
  const mayWrite = useMay("organization.write");
  const [asked, setAsked] = useState(false);
  const save = useAct((training: Policy["training"]) => api.post(PATH, { body: { training } }), {
    stale: STALE,
    said: (made) => t(made.training === "forbidden" ? "learningForbidden" : "learningAllowed"),
  });
  return (
    <Card title={t("learning")} about={t("learningAbout")}>
      <Switch
        checked={policy.training === "forbidden"}
        disabled={!mayWrite || save.isPending}
        label={t("learningForbid")}
        hint={t("learningForbidHint")}
        onChange={(forbid) => (forbid ? setAsked(true) : save.mutate("each_person"))}
      />
      <Confirm
        open={asked}
        onClose={() => setAsked(false)}
        title={t("learningForbidAsk")}
        verb={t("learningForbidDo")}
        act={() => save.mutateAsync("forbidden")}
      >
        {t("learningForbidWhy")}
      </Confirm>
    </Card>
  );
}
