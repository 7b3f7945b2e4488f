import { useState } from "react";
import { api } from "@/api/client";
import { useAct } from "@/api/pages";
import { Button, Dialog, ErrorNote, Field, Input, TextArea, usdText } from "@/ui";
import { t } from "@/words/people";
import { BUDGETS, REQUESTS } from "../lists";
import type { Request } from "./requests";

/** Says yes or no, with a word for whoever asked. Decided once. */
export function Deciding(props: { request: Request; yes: boolean; name: string; onClose(): void }) {
  const { request, yes, name, onClose } = props;
  const [limit, setLimit] = useState(request.asked_usd);
  const [note, setNote] = useState("");
  const usd = usdText(limit);
  const path = { request_id: request.id };
  const decide = useAct(
    () => {
      const word = note.trim() || null;
      return yes
        ? api.post("/v1/tokenry/limit_requests/{request_id}/approve", { path, body: { limit_usd: usd, note: word } })
        : api.post("/v1/tokenry/limit_requests/{request_id}/deny", { path, body: { note: word } });
    },
    {
      stale: [REQUESTS, BUDGETS],
      shows: true,
      said: () => (yes ? t("requestApproved", { name }) : t("requestDenied", { name })),
      next: onClose,
    },
  );
  return (
    <Dialog
      open
      onClose={onClose}
      title={yes ? t("requestApproveTitle", { name }) : t("requestDenyTitle", { name })}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look={yes ? "main" : "bad"} type="submit" form="deciding" busy={decide.isPending}>
            {yes ? t("requestApprove") : t("requestDeny")}
          </Button>
        </>
      }
    >
      <form
        id="deciding"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!yes || usd !== null) decide.mutate();
        }}
      >
        {yes && (
          <Field label={t("requestGrant")} hint={t("budgetLimitHint")} error={usd === null && t("budgetLimitWrong")}>
            <Input inputMode="decimal" required value={limit} onChange={(event) => setLimit(event.target.value)} />
          </Field>
        )}
        <Field label={t("requestNote", { name })} optional>
          <TextArea maxLength={1000} rows={3} value={note} onChange={(event) => setNote(event.target.value)} />
        </Field>
        {decide.error && <ErrorNote error={decide.error} />}
      </form>
    </Dialog>
  );
}
