import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, type Gives } from "@/api/client";
import { useMay } from "@/api/hooks";
import { useAct, usePages } from "@/api/pages";
import { Button, Card, type Column, Confirm, Field, Input, Select, Table } from "@/ui";
import { t } from "@/words/people";
import { PersonSelect, PROJECT_ROLES, ProjectRoleSelect } from "../choices";
import { PROJECTS, type Project } from "../lists";
import { useMayIn } from "./mine";

type Person = Gives<"GET", "/v1/organization/projects/{project_id}/users/{user_id}">;

/** Those with a role of their own in a project. */
export function PeopleOf({ project }: { project: Project }) {
  const mayWrite = useMayIn(project.id, "members.write");
  const seesMembers = useMay("members.read");
  const [going, setGoing] = useState<Person | null>(null);
  const path = { project_id: project.id };
  const queryKey = [...PROJECTS, project.id, "users"];
  const found = usePages<Person>(queryKey, (after, signal) =>
    api.get("/v1/organization/projects/{project_id}/users", { path, query: { after, limit: 100 }, signal }),
  );
  const change = useAct(
    ({ id, role }: { id: string; role: string }) =>
      api.post("/v1/organization/projects/{project_id}/users/{user_id}", {
        path: { ...path, user_id: id },
        body: { role },
      }),
    { stale: [queryKey], said: () => t("saved") },
  );
  const remove = useAct(
    (one: Person) =>
      api.delete("/v1/organization/projects/{project_id}/users/{user_id}", { path: { ...path, user_id: one.id } }),
    { stale: [queryKey], shows: true },
  );
  const columns: Column<Person>[] = [
    {
      id: "name",
      title: t("name"),
      sort: (one) => one.name,
      cell: (one) =>
        seesMembers ? (
          <Link to="/admin/members/$id" params={{ id: one.id }} className="link">
            {one.name}
          </Link>
        ) : (
          one.name
        ),
    },
    { id: "email", title: t("email"), cell: (one) => one.email ?? "–", sort: (one) => one.email },
    {
      id: "role",
      title: t("role"),
      sort: (one) => one.role,
      cell: (one) =>
        mayWrite ? (
          <Select
            aria-label={`${t("role")}: ${one.name}`}
            value={one.role}
            className="w-32"
            onChange={(event) => change.mutate({ id: one.id, role: event.target.value })}
          >
            {PROJECT_ROLES.map((role) => (
              <option key={role}>{role}</option>
            ))}
          </Select>
        ) : (
          one.role
        ),
    },
    {
      id: "acts",
      title: t("actions"),
      quiet: true,
      right: true,
      cell: (one) =>
        mayWrite ? (
          <Button size="small" aria-label={`${t("remove")}: ${one.name}`} onClick={() => setGoing(one)}>
            {t("remove")}
          </Button>
        ) : null,
    },
  ];
  return (
    <Card flush title={t("projectPeople")} about={t("projectPeopleAbout")}>
      <Table
        label={t("projectPeople")}
        columns={columns}
        rowKey={(one) => one.id}
        sorted={{ id: "name", down: false }}
        empty={<p className="px-5 pb-4 text-soft">{t("nobody")}</p>}
        {...found}
      />
      {mayWrite && <Adding project={project} there={new Set(found.rows?.map((one) => one.id))} />}
      <Confirm
        open={going !== null}
        onClose={() => setGoing(null)}
        title={t("projectPersonRemoveAsk", { name: going?.name ?? "", project: project.name })}
        verb={t("remove")}
        act={async () => going && remove.mutateAsync(going)}
      >
        {t("projectPersonRemoveWhy")}
      </Confirm>
    </Card>
  );
}

/** By name for who sees all members; a project's owner who does not names them by address. */
function Adding({ project, there }: { project: Project; there: ReadonlySet<string> }) {
  const seesMembers = useMay("members.read");
  const [who, setWho] = useState("");
  const [role, setRole] = useState("member");
  const add = useAct(
    () =>
      api.post("/v1/organization/projects/{project_id}/users", {
        path: { project_id: project.id },
        body: seesMembers ? { role, user_id: who } : { role, email: who.trim() },
      }),
    { stale: [[...PROJECTS, project.id, "users"]], next: () => setWho("") },
  );
  return (
    <form
      className="flex flex-wrap items-end gap-3 border-t px-4 py-4 sm:px-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (who) add.mutate();
      }}
    >
      <Field label={seesMembers ? t("projectPersonAdd") : t("email")} className="flex-1 basis-64">
        {seesMembers ? (
          <PersonSelect value={who} onChange={setWho} without={there} />
        ) : (
          <Input type="email" value={who} onChange={(event) => setWho(event.target.value)} />
        )}
      </Field>
      <Field label={t("role")} className="w-36">
        <ProjectRoleSelect value={role} onChange={setRole} />
      </Field>
      <Button type="submit" busy={add.isPending} disabled={!who}>
        {t("add")}
      </Button>
    </form>
  );
}
