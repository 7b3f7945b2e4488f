import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "@/api/client";
import { useMay, useMe } from "@/api/hooks";
import { useAct } from "@/api/pages";
import { Badge, Button, Card, Confirm, ErrorNote, Facts, Field, Page, Skeleton, When } from "@/ui";
import { t } from "@/words/people";
import { RoleSelect } from "../choices";
import { MEMBERS, type Member } from "../lists";
import { SessionsOf } from "./sessions";

/** One member: what they may, where they work, and from where they are signed in. */
export function MemberPage() {
  const { id } = useParams({ from: "/admin/members/$id" });
  const found = useQuery({
    queryKey: [...MEMBERS, id],
    queryFn: ({ signal }) => api.get("/v1/organization/users/{user_id}", { path: { user_id: id }, signal }),
  });
  if (found.error) {
    return (
      <Page title={t("members")}>
        <ErrorNote error={found.error} again={() => void found.refetch()} />
      </Page>
    );
  }
  if (!found.data) {
    return (
      <Page title={t("members")}>
        <Skeleton className="h-40" />
      </Page>
    );
  }
  return <Shown member={found.data} />;
}

function Shown({ member }: { member: Member }) {
  const mayWrite = useMay("members.write");
  return (
    <Page title={member.name} about={member.email ?? undefined} narrow>
      <Card>
        <Facts
          facts={[
            { term: t("state"), is: <StateOf member={member} /> },
            { term: t("added"), is: <When at={member.added_at} as="day" /> },
            { term: t("settingsId"), is: <code className="font-mono text-sm">{member.id}</code> },
          ]}
        />
      </Card>
      <RoleOf member={member} />
      <Card title={t("memberProjects")}>
        {member.projects.data.length === 0 ? (
          <p className="text-soft">{t("memberProjectsNone")}</p>
        ) : (
          <ul className="flex flex-col gap-1.5">
            {member.projects.data.map((one) => (
              <li key={one.id} className="flex flex-wrap gap-x-3">
                <Link to="/admin/projects/$id" params={{ id: one.id }} className="link">
                  {one.name}
                </Link>
                <span className="text-soft">{one.role}</span>
              </li>
            ))}
          </ul>
        )}
      </Card>
      <SessionsOf member={member} />
      {mayWrite && <Ending member={member} />}
    </Page>
  );
}

function StateOf({ member }: { member: Member }) {
  return member.disabled_at === null ? (
    <Badge tone="good">{t("active")}</Badge>
  ) : (
    <span className="flex flex-wrap items-center gap-2">
      <Badge tone="bad">{t("disabled")}</Badge> <When at={member.disabled_at} />
    </span>
  );
}

function RoleOf({ member }: { member: Member }) {
  const mayWrite = useMay("members.write");
  const owners = useMay("owners.write");
  const [role, setRole] = useState(member.role);
  const change = useAct(
    () => api.post("/v1/organization/users/{user_id}", { path: { user_id: member.id }, body: { role } }),
    { stale: [MEMBERS], shows: true, said: () => t("memberRoleNow", { name: member.name, role }) },
  );
  const fixed = !mayWrite || (member.role === "owner" && !owners);
  return (
    <Card title={t("memberRole")} about={fixed && mayWrite ? t("memberOnlyOwners") : undefined}>
      <form
        className="flex flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        <Field label={t("memberRole")} quiet className="w-56">
          <RoleSelect value={role} onChange={setRole} owners={owners} disabled={fixed} />
        </Field>
        {!fixed && (
          <Button type="submit" busy={change.isPending} disabled={role === member.role}>
            {t("save")}
          </Button>
        )}
        <Link to="/admin/roles" className="link self-center">
          {t("roles")}
        </Link>
      </form>
      {change.error && <ErrorNote error={change.error} className="mt-4" />}
    </Card>
  );
}

function Ending({ member }: { member: Member }) {
  const me = useMe();
  const navigate = useNavigate();
  const [asking, setAsking] = useState<"shut" | "remove" | null>(null);
  const path = { user_id: member.id };
  const { name } = member;
  const shut = useAct(
    (disabled: boolean) => api.post("/v1/organization/users/{user_id}", { path, body: { disabled } }),
    { stale: [MEMBERS], said: (_, on) => (on ? t("memberShutOutDone", { name }) : t("memberLetInDone", { name })) },
  );
  const remove = useAct(() => api.delete("/v1/organization/users/{user_id}", { path }), {
    stale: [],
    shows: true,
    said: () => t("memberRemoved", { name }),
    next: () => void navigate({ to: "/admin/members" }),
  });
  if (member.id === me.id) return null;
  return (
    <div className="flex flex-wrap gap-2">
      {member.disabled_at === null ? (
        <Button look="bad" onClick={() => setAsking("shut")}>
          {t("memberShutOut")}
        </Button>
      ) : (
        <Button busy={shut.isPending} onClick={() => shut.mutate(false)}>
          {t("memberLetIn")}
        </Button>
      )}
      <Button look="bad" onClick={() => setAsking("remove")}>
        {t("memberRemove")}
      </Button>
      <Confirm
        open={asking === "shut"}
        onClose={() => setAsking(null)}
        title={t("memberShutOutAsk", { name })}
        verb={t("memberShutOut")}
        act={() => shut.mutateAsync(true)}
      >
        {t("memberShutOutWhy")}
      </Confirm>
      <Confirm
        open={asking === "remove"}
        onClose={() => setAsking(null)}
        title={t("memberRemoveAsk", { name })}
        verb={t("remove")}
        typed={name}
        act={() => remove.mutateAsync()}
      >
        {t("memberRemoveWhy")}
      </Confirm>
    </div>
  );
}
