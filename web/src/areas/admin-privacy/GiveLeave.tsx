import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, type Gives } from "@/api/client";
import { allOf, useAct } from "@/api/pages";
import { GRANTS } from "@/areas/me/privacy/lists";
import { Button, Dialog, ErrorNote, Field, Input, Select, TextArea } from "@/ui";
import { t } from "@/words/privacy";
import { daysOf } from "./days";

type Member = Gives<"GET", "/v1/organization/users/{user_id}">;

const REASON_MIN = 10;
const REASON_MAX = 500;
const DAYS_MAX = 30;

/** An owner gives one person leave to read one member's chats. */
export function GiveLeave({ onClose }: { onClose(): void }) {
  const members = useQuery({
    queryKey: ["members", "for-leave"],
    queryFn: ({ signal }) =>
      allOf((after) => api.get("/v1/organization/users", { query: { after, limit: 100 }, signal }), signal),
  });
  const [said, setSaid] = useState({ user: "", reader: "", reason: "", days: "7" });
  const days = daysOf(said.days, 1, DAYS_MAX);
  const give = useAct(
    () =>
      api.post("/v1/tokenry/content_grants", {
        body: { user_id: said.user, reader_id: said.reader, reason: said.reason.trim(), days: days ?? 1 },
      }),
    {
      stale: [GRANTS],
      shows: true,
      said: (made) => t("leaveGiven", { reader: made.reader ?? t("somebody"), user: made.user ?? t("somebody") }),
    },
  );
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("leaveGiveTitle")}
      about={t("leaveAbout")}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="main" type="submit" form="give-leave" busy={give.isPending} disabled={days === null}>
            {t("leaveGive")}
          </Button>
        </>
      }
    >
      <form
        id="give-leave"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          give.mutate(undefined, { onSuccess: onClose });
        }}
      >
        <Field label={t("leaveWhose")}>
          <Choice members={members.data} value={said.user} onChange={(user) => setSaid({ ...said, user })} />
        </Field>
        <Field label={t("leaveReader")} hint={t("leaveReaderHint")}>
          <Choice
            members={members.data?.filter((one) => one.id !== said.user)}
            value={said.reader}
            onChange={(reader) => setSaid({ ...said, reader })}
          />
        </Field>
        <Field label={t("leaveReason")} hint={t("leaveReasonHint")}>
          <TextArea
            required
            minLength={REASON_MIN}
            maxLength={REASON_MAX}
            value={said.reason}
            onChange={(event) => setSaid({ ...said, reason: event.target.value })}
          />
        </Field>
        <Field label={t("leaveDays")} error={days === null && t("policyWrong", { from: 1, to: DAYS_MAX })}>
          <Input
            inputMode="numeric"
            value={said.days}
            onChange={(event) => setSaid({ ...said, days: event.target.value })}
          />
        </Field>
        {members.error && <ErrorNote error={members.error} />}
        {give.error && <ErrorNote error={give.error} />}
      </form>
    </Dialog>
  );
}

function Choice(props: { members: readonly Member[] | undefined; value: string; onChange(id: string): void }) {
  return (
    <Select required value={props.value} onChange={(event) => props.onChange(event.target.value)}>
      <option value="">{t("choose")}</option>
      {props.members?.map((one) => (
        <option key={one.id} value={one.id}>
          {one.email ? `${one.name} (${one.email})` : one.name}
        </option>
      ))}
    </Select>
  );
}
