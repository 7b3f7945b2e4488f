import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { UserPlus, Users } from "lucide-react";
import { useState } from "react";
import { api } from "@/api/client";
import { useMay, useMe } from "@/api/hooks";
import { usePages } from "@/api/pages";
import { Badge, Button, Card, type Column, Empty, Page, Table, Tabs, When } from "@/ui";
import { t } from "@/words/people";
import { MEMBERS, type Member } from "../lists";
import { InviteDialog } from "./invite";
import { Invites } from "./invites";

/** Everybody who belongs to the organization, and who is invited. */
export function Members() {
  const { view = "people" } = useSearch({ from: "/admin/members" });
  const navigate = useNavigate({ from: "/admin/members" });
  const mayWrite = useMay("members.write");
  const [inviting, setInviting] = useState(false);
  const invite = mayWrite && (
    <Button look="main" icon={<UserPlus aria-hidden className="size-4" />} onClick={() => setInviting(true)}>
      {t("invite")}
    </Button>
  );
  return (
    <Page title={t("members")} about={t("membersAbout")} actions={invite}>
      <Tabs
        label={t("members")}
        value={view}
        onChange={(next) => void navigate({ search: next === "invites" ? { view: next } : {} })}
        tabs={[
          { id: "people", label: t("people"), content: <People /> },
          { id: "invites", label: t("invites"), content: <Invites /> },
        ]}
      />
      <InviteDialog open={inviting} onClose={() => setInviting(false)} />
    </Page>
  );
}

function People() {
  const me = useMe();
  const found = usePages<Member>(MEMBERS, (after, signal) =>
    api.get("/v1/organization/users", { query: { after, limit: 100 }, signal }),
  );
  const columns: Column<Member>[] = [
    {
      id: "name",
      title: t("name"),
      sort: (one) => one.name,
      cell: (one) => (
        <>
          <Link to="/admin/members/$id" params={{ id: one.id }} className="link">
            {one.name}
          </Link>
          {one.id === me.id && <span className="text-soft"> ({t("you")})</span>}
        </>
      ),
    },
    { id: "email", title: t("email"), cell: (one) => one.email ?? "–", sort: (one) => one.email },
    { id: "role", title: t("role"), cell: (one) => one.role, sort: (one) => one.role },
    {
      id: "state",
      title: t("state"),
      cell: (one) =>
        one.disabled_at === null ? <Badge tone="good">{t("active")}</Badge> : <Badge tone="bad">{t("disabled")}</Badge>,
      sort: (one) => Number(one.disabled_at !== null),
    },
    { id: "added", title: t("added"), cell: (one) => <When at={one.added_at} as="day" />, sort: (one) => one.added_at },
  ];
  return (
    <Card flush>
      <Table
        label={t("people")}
        columns={columns}
        rowKey={(one) => one.id}
        sorted={{ id: "name", down: false }}
        empty={
          <Empty icon={<Users aria-hidden />} title={t("membersNone")}>
            {t("membersNoneWhy")}
          </Empty>
        }
        {...found}
      />
    </Card>
  );
}
