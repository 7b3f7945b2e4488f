import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "@/api/client";
import { useAct } from "@/api/pages";
import { Badge, Button, Confirm, Dialog, ErrorNote, Field, Input, Page, Skeleton, Tabs } from "@/ui";
import { t } from "@/words/people";
import { BudgetsOf } from "../budgets/list";
import { KeysOf } from "../keys/list";
import { PROJECTS, type Project } from "../lists";
import { GroupsOf } from "./groups";
import { useMayIn } from "./mine";
import { PeopleOf } from "./people";
import { RulesOf } from "./rules";

/** One project: who works in it, with which keys, how much, and by which rules. */
export function ProjectPage() {
  const { id } = useParams({ from: "/admin/projects/$id" });
  const found = useQuery({
    queryKey: [...PROJECTS, id],
    queryFn: ({ signal }) => api.get("/v1/organization/projects/{project_id}", { path: { project_id: id }, signal }),
  });
  if (!found.data) {
    return (
      <Page title={t("project")}>
        {found.error ? (
          <ErrorNote error={found.error} again={() => void found.refetch()} />
        ) : (
          <Skeleton className="h-40" />
        )}
      </Page>
    );
  }
  return <Shown key={id} project={found.data} />;
}

type View = "people" | "keys" | "budgets" | "rules";

function Shown({ project }: { project: Project }) {
  const { view } = useSearch({ from: "/admin/projects/$id" });
  const navigate = useNavigate({ from: "/admin/projects/$id" });
  const seesPeople = useMayIn(project.id, "members.read");
  const seesLimits = useMayIn(project.id, "limits.read");
  const mayWrite = useMayIn(project.id, "projects.write") && project.archived_at === null;
  const tabs = [
    ...(seesPeople ? [{ id: "people" as View, label: t("projectPeople"), content: <People project={project} /> }] : []),
    { id: "keys" as View, label: t("keys"), content: <KeysOf project={project} /> },
    ...(seesLimits ? [{ id: "budgets" as View, label: t("budgets"), content: <BudgetsOf project={project} /> }] : []),
    { id: "rules" as View, label: t("projectRules"), content: <RulesOf project={project} /> },
  ];
  const shown = tabs.find((tab) => tab.id === (view ?? "people"))?.id ?? tabs[0]?.id ?? "keys";
  return (
    <Page
      title={project.name}
      about={project.archived_at !== null ? <Badge>{t("archived")}</Badge> : undefined}
      actions={mayWrite && <Acts project={project} />}
    >
      <Tabs
        label={project.name}
        value={shown}
        onChange={(next) => void navigate({ search: next === "people" ? {} : { view: next } })}
        tabs={tabs}
      />
    </Page>
  );
}

function People({ project }: { project: Project }) {
  return (
    <div className="flex flex-col gap-6">
      <PeopleOf project={project} />
      <GroupsOf project={project} />
    </div>
  );
}

function Acts({ project }: { project: Project }) {
  const [doing, setDoing] = useState<"rename" | "archive" | null>(null);
  const path = { project_id: project.id };
  const archive = useAct(() => api.post("/v1/organization/projects/{project_id}/archive", { path }), {
    stale: [PROJECTS],
    shows: true,
    said: () => t("projectArchived", { name: project.name }),
  });
  return (
    <>
      <Button onClick={() => setDoing("rename")}>{t("rename")}</Button>
      <Button look="bad" onClick={() => setDoing("archive")}>
        {t("projectArchive")}
      </Button>
      <Rename project={project} open={doing === "rename"} onClose={() => setDoing(null)} />
      <Confirm
        open={doing === "archive"}
        onClose={() => setDoing(null)}
        title={t("projectArchiveAsk", { name: project.name })}
        verb={t("projectArchive")}
        typed={project.name}
        act={() => archive.mutateAsync()}
      >
        {t("projectArchiveWhy")}
      </Confirm>
    </>
  );
}

function Rename({ project, open, onClose }: { project: Project; open: boolean; onClose(): void }) {
  const [name, setName] = useState(project.name);
  const path = { project_id: project.id };
  const rename = useAct(
    () => api.post("/v1/organization/projects/{project_id}", { path, body: { name: name.trim() } }),
    {
      stale: [PROJECTS],
      shows: true,
      said: () => t("saved"),
      next: onClose,
    },
  );
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t("rename")}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="main" type="submit" form="rename-project" busy={rename.isPending}>
            {t("save")}
          </Button>
        </>
      }
    >
      <form
        id="rename-project"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          rename.mutate();
        }}
      >
        <Field label={t("name")}>
          <Input required maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        {rename.error && <ErrorNote error={rename.error} />}
      </form>
    </Dialog>
  );
}
