import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, type Gives } from "@/api/client";
import { useMay } from "@/api/hooks";
import { useAct, usePages } from "@/api/pages";
import { Button, Card, type Column, Confirm, Field, Table } from "@/ui";
import { t } from "@/words/people";
import { GroupSelect, ProjectRoleSelect } from "../choices";
import { PROJECTS, type Project } from "../lists";
import { useMayIn } from "./mine";

type Opened = Gives<"GET", "/v1/organization/projects/{project_id}/groups/{group_id}">;

/** The groups that a project is open to. */
export function GroupsOf({ project }: { project: Project }) {
  const mayWrite = useMayIn(project.id, "members.write");
  const seesGroups = useMay("groups.read");
  const [closing, setClosing] = useState<Opened | null>(null);
  const path = { project_id: project.id };
  const queryKey = [...PROJECTS, project.id, "groups"];
  const found = usePages<Opened>(queryKey, (after, signal) =>
    api.get("/v1/organization/projects/{project_id}/groups", { path, query: { after, limit: 100 }, signal }),
  );
  const close = useAct(
    (one: Opened) =>
      api.delete("/v1/organization/projects/{project_id}/groups/{group_id}", {
        path: { ...path, group_id: one.group_id },
      }),
    { stale: [queryKey], shows: true },
  );
  const columns: Column<Opened>[] = [
    {
      id: "name",
      title: t("group"),
      sort: (one) => one.group_name,
      cell: (one) =>
        seesGroups ? (
          <Link to="/admin/groups/$id" params={{ id: one.group_id }} className="link">
            {one.group_name}
          </Link>
        ) : (
          one.group_name
        ),
    },
    { id: "role", title: t("role"), cell: (one) => one.role, sort: (one) => one.role },
    {
      id: "acts",
      title: t("actions"),
      quiet: true,
      right: true,
      cell: (one) =>
        mayWrite ? (
          <Button size="small" aria-label={`${t("remove")}: ${one.group_name}`} onClick={() => setClosing(one)}>
            {t("remove")}
          </Button>
        ) : null,
    },
  ];
  return (
    <Card flush title={t("projectGroups")} about={t("projectGroupsAbout")}>
      <Table
        label={t("projectGroups")}
        columns={columns}
        rowKey={(one) => one.group_id}
        sorted={{ id: "name", down: false }}
        empty={<p className="px-5 pb-4 text-soft">{t("nobody")}</p>}
        {...found}
      />
      {mayWrite && seesGroups && <Opening project={project} there={new Set(found.rows?.map((one) => one.group_id))} />}
      <Confirm
        open={closing !== null}
        onClose={() => setClosing(null)}
        title={t("projectGroupCloseAsk", { project: project.name, name: closing?.group_name ?? "" })}
        verb={t("remove")}
        act={async () => closing && close.mutateAsync(closing)}
      >
        {t("projectGroupCloseWhy")}
      </Confirm>
    </Card>
  );
}

function Opening({ project, there }: { project: Project; there: ReadonlySet<string> }) {
  const [group, setGroup] = useState("");
  const [role, setRole] = useState("member");
  const open = useAct(
    () =>
      api.post("/v1/organization/projects/{project_id}/groups", {
        path: { project_id: project.id },
        body: { group_id: group, role },
      }),
    { stale: [[...PROJECTS, project.id, "groups"]], next: () => setGroup("") },
  );
  return (
    <form
      className="flex flex-wrap items-end gap-3 border-t px-4 py-4 sm:px-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (group) open.mutate();
      }}
    >
      <Field label={t("projectGroupAdd")} className="flex-1 basis-64">
        <GroupSelect value={group} onChange={setGroup} without={there} />
      </Field>
      <Field label={t("role")} className="w-36">
        <ProjectRoleSelect value={role} onChange={setRole} />
      </Field>
      <Button type="submit" busy={open.isPending} disabled={!group}>
        {t("add")}
      </Button>
    </form>
  );
}
