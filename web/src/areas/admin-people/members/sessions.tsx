import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, type Gives } from "@/api/client";
import { useMay } from "@/api/hooks";
import { useAct } from "@/api/pages";
import { Button, Card, type Column, Confirm, Table, When } from "@/ui";
import { t } from "@/words/people";
import { MEMBERS, type Member } from "../lists";
import { agentWords } from "./agent";

type Session = Gives<"GET", "/v1/tokenry/members/{user_id}/sessions">["data"][number];

const COLUMNS: readonly Column<Session>[] = [
  {
    id: "agent",
    title: t("session"),
    cell: (one) => <span title={one.agent ?? undefined}>{agentWords(one.agent) ?? t("unknownBrowser")}</span>,
  },
  { id: "method", title: t("sessionMethod"), cell: (one) => one.method },
  { id: "seen", title: t("sessionSeen"), cell: (one) => <When at={one.seen_at} />, sort: (one) => one.seen_at },
  { id: "ends", title: t("ends"), cell: (one) => <When at={one.expires_at} />, sort: (one) => one.expires_at },
];

/** The browsers that somebody is signed in with. */
export function SessionsOf({ member }: { member: Member }) {
  const mayWrite = useMay("members.write");
  const [asking, setAsking] = useState(false);
  const path = { user_id: member.id };
  const queryKey = [...MEMBERS, member.id, "sessions"];
  const found = useQuery({
    queryKey,
    queryFn: ({ signal }) => api.get("/v1/tokenry/members/{user_id}/sessions", { path, signal }),
  });
  const end = useAct(() => api.delete("/v1/tokenry/members/{user_id}/sessions", { path }), {
    stale: [queryKey],
    shows: true,
    said: (ended) => t("memberSessionsEnded", { count: ended.deleted }),
  });
  const rows = found.data?.data;
  return (
    <Card
      flush
      title={t("memberSessions")}
      actions={
        mayWrite && rows && rows.length > 0 ? (
          <Button size="small" look="bad" onClick={() => setAsking(true)}>
            {t("memberSessionsEnd")}
          </Button>
        ) : undefined
      }
    >
      <Table
        label={t("memberSessions")}
        columns={COLUMNS}
        rows={rows}
        rowKey={(one) => one.id}
        loading={found.isPending}
        error={found.error}
        empty={<p className="px-5 pb-4 text-soft">{t("memberSessionsNone")}</p>}
      />
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={t("memberSessionsEndAsk", { name: member.name })}
        verb={t("memberSessionsEnd")}
        act={() => end.mutateAsync()}
      >
        {t("memberSessionsEndWhy")}
      </Confirm>
    </Card>
  );
}
