import { MailOpen } from "lucide-react";
import { useState } from "react";
import { api, type Gives } from "@/api/client";
import { useMay } from "@/api/hooks";
import { useAct, usePages } from "@/api/pages";
import { Badge, Button, Card, type Column, Confirm, dayWords, Empty, Table, When } from "@/ui";
import { t } from "@/words/people";
import { INVITES } from "../lists";

type Invite = Gives<"GET", "/v1/organization/invites/{invite_id}">;

export function Invites() {
  const mayWrite = useMay("members.write");
  const [taking, setTaking] = useState<Invite | null>(null);
  const found = usePages<Invite>(INVITES, (after, signal) =>
    api.get("/v1/organization/invites", { query: { after, limit: 100 }, signal }),
  );
  const take = useAct(
    (one: Invite) => api.delete("/v1/organization/invites/{invite_id}", { path: { invite_id: one.id } }),
    { stale: [INVITES], shows: true, said: (_, one) => t("inviteTaken", { email: one.email }) },
  );
  const columns: Column<Invite>[] = [
    { id: "email", title: t("email"), cell: (one) => one.email, sort: (one) => one.email },
    { id: "role", title: t("role"), cell: (one) => one.organization_role, sort: (one) => one.organization_role },
    { id: "state", title: t("state"), cell: (one) => <State invite={one} />, sort: (one) => one.status },
    { id: "created", title: t("created"), cell: (one) => <When at={one.created_at} />, sort: (one) => one.created_at },
    {
      id: "acts",
      title: t("actions"),
      quiet: true,
      right: true,
      cell: (one) =>
        mayWrite && one.status === "pending" ? (
          <Button size="small" onClick={() => setTaking(one)}>
            {t("inviteTake")}
          </Button>
        ) : null,
    },
  ];
  return (
    <Card flush>
      <Table
        label={t("invites")}
        columns={columns}
        rowKey={(one) => one.id}
        sorted={{ id: "created", down: true }}
        empty={
          <Empty icon={<MailOpen aria-hidden />} title={t("inviteNone")}>
            {t("inviteNoneWhy")}
          </Empty>
        }
        {...found}
      />
      <Confirm
        open={taking !== null}
        onClose={() => setTaking(null)}
        title={t("inviteTakeAsk", { email: taking?.email ?? "" })}
        verb={t("inviteTake")}
        act={async () => taking && take.mutateAsync(taking)}
      >
        {t("inviteTakeWhy")}
      </Confirm>
    </Card>
  );
}

function State({ invite }: { invite: Invite }) {
  if (invite.status === "accepted") return <Badge tone="good">{t("inviteAccepted")}</Badge>;
  if (invite.status === "expired") return <Badge>{t("inviteExpired")}</Badge>;
  return <Badge tone="act">{t("invitePending", { until: dayWords(invite.expires_at) })}</Badge>;
}
