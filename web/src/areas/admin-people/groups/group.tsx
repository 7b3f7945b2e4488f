import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api, type Gives } from "@/api/client";
import { useMay } from "@/api/hooks";
import { useAct, usePages } from "@/api/pages";
import { Button, Card, type Column, Confirm, ErrorNote, Field, Input, Page, Skeleton, Table } from "@/ui";
import { t } from "@/words/people";
import { GroupSelect, PersonSelect } from "../choices";
import { GROUPS, type Group } from "../lists";
import { GroupTerms } from "./terms";

type Person = Gives<"GET", "/v1/organization/groups/{group_id}/users/{user_id}">;

export function GroupPage() {
  const { id } = useParams({ from: "/admin/groups/$id" });
  const found = useQuery({
    queryKey: [...GROUPS, id],
    queryFn: ({ signal }) => api.get("/v1/organization/groups/{group_id}", { path: { group_id: id }, signal }),
  });
  if (!found.data) {
    return (
      <Page title={t("group")}>
        {found.error ? (
          <ErrorNote error={found.error} again={() => void found.refetch()} />
        ) : (
          <Skeleton className="h-40" />
        )}
      </Page>
    );
  }
  return <Shown key={id} group={found.data} />;
}

function Shown({ group }: { group: Group }) {
  const mayWrite = useMay("groups.write");
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  const { name } = group;
  const remove = useAct(() => api.delete("/v1/organization/groups/{group_id}", { path: { group_id: group.id } }), {
    stale: [],
    shows: true,
    said: () => t("groupDeleted", { name }),
    next: () => void navigate({ to: "/admin/groups" }),
  });
  return (
    <Page title={name} narrow>
      <People group={group} />
      <GroupTerms group={group} />
      {mayWrite && <Naming group={group} />}
      {mayWrite && (
        <div>
          <Button look="bad" onClick={() => setDeleting(true)}>
            {t("groupDelete")}
          </Button>
        </div>
      )}
      <Confirm
        open={deleting}
        onClose={() => setDeleting(false)}
        title={t("groupDeleteAsk", { name })}
        verb={t("groupDelete")}
        typed={name}
        act={() => remove.mutateAsync()}
      >
        {t("groupDeleteWhy")}
      </Confirm>
    </Page>
  );
}

function People({ group }: { group: Group }) {
  const mayWrite = useMay("groups.write");
  const [who, setWho] = useState("");
  const path = { group_id: group.id };
  const queryKey = [...GROUPS, group.id, "users"];
  const found = usePages<Person>(queryKey, (after, signal) =>
    api.get("/v1/organization/groups/{group_id}/users", { path, query: { after, limit: 100 }, signal }),
  );
  const add = useAct(() => api.post("/v1/organization/groups/{group_id}/users", { path, body: { user_id: who } }), {
    stale: [queryKey],
    next: () => setWho(""),
  });
  const remove = useAct(
    (one: Person) =>
      api.delete("/v1/organization/groups/{group_id}/users/{user_id}", { path: { ...path, user_id: one.id } }),
    { stale: [queryKey] },
  );
  const columns: Column<Person>[] = [
    {
      id: "name",
      title: t("name"),
      sort: (one) => one.name,
      cell: (one) => (
        <Link to="/admin/members/$id" params={{ id: one.id }} className="link">
          {one.name}
        </Link>
      ),
    },
    { id: "email", title: t("email"), cell: (one) => one.email ?? "–", sort: (one) => one.email },
    {
      id: "source",
      title: t("groupMemberSource"),
      cell: (one) => (one.source === "admin" ? t("sourceAdmin") : one.source),
    },
    {
      id: "acts",
      title: t("actions"),
      quiet: true,
      right: true,
      cell: (one) =>
        mayWrite ? (
          <Button size="small" aria-label={`${t("remove")}: ${one.name}`} onClick={() => remove.mutate(one)}>
            {t("remove")}
          </Button>
        ) : null,
    },
  ];
  return (
    <Card flush title={t("groupMembers")} about={t("groupMembersAbout")}>
      <Table
        label={t("groupMembers")}
        columns={columns}
        rowKey={(one) => one.id}
        sorted={{ id: "name", down: false }}
        empty={<p className="px-5 pb-4 text-soft">{t("nobody")}</p>}
        {...found}
      />
      {mayWrite && (
        <form
          className="flex flex-wrap items-end gap-3 border-t px-4 py-4 sm:px-5"
          onSubmit={(event) => {
            event.preventDefault();
            if (who) add.mutate();
          }}
        >
          <Field label={t("groupMemberAdd")} className="flex-1 basis-64">
            <PersonSelect value={who} onChange={setWho} without={new Set(found.rows?.map((one) => one.id))} />
          </Field>
          <Button type="submit" busy={add.isPending} disabled={!who}>
            {t("add")}
          </Button>
        </form>
      )}
    </Card>
  );
}

function Naming({ group }: { group: Group }) {
  const [name, setName] = useState(group.name);
  const [parent, setParent] = useState(group.parent_id ?? "");
  const change = useAct(
    () =>
      api.post("/v1/organization/groups/{group_id}", {
        path: { group_id: group.id },
        body: { name: name.trim(), parent_id: parent || null },
      }),
    { stale: [GROUPS], shows: true, said: () => t("saved") },
  );
  const same = name.trim() === group.name && parent === (group.parent_id ?? "");
  return (
    <Card title={t("name")}>
      <form
        className="grid items-end gap-4 sm:grid-cols-[1fr_1fr_auto]"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        <Field label={t("name")}>
          <Input required maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label={t("groupWithin")}>
          <GroupSelect value={parent} onChange={setParent} none={t("groupWithinNone")} without={new Set([group.id])} />
        </Field>
        <Button type="submit" busy={change.isPending} disabled={same}>
          {t("save")}
        </Button>
      </form>
      {change.error && <ErrorNote error={change.error} className="mt-4" />}
    </Card>
  );
}
