import { Link, useNavigate } from "@tanstack/react-router";
import { FolderKanban } from "lucide-react";
import { useState } from "react";
import { api } from "@/api/client";
import { useMay } from "@/api/hooks";
import { useAct } from "@/api/pages";
import { Button, Card, type Column, Dialog, Empty, ErrorNote, Field, Input, Page, Table, When } from "@/ui";
import { t } from "@/words/people";
import { PROJECTS, type Project, useProjects } from "../lists";

const COLUMNS: readonly Column<Project>[] = [
  {
    id: "name",
    title: t("name"),
    sort: (one) => one.name,
    cell: (one) => (
      <Link to="/admin/projects/$id" params={{ id: one.id }} className="link">
        {one.name}
      </Link>
    ),
  },
  {
    id: "created",
    title: t("created"),
    cell: (one) => <When at={one.created_at} as="day" />,
    sort: (one) => one.created_at,
  },
  { id: "id", title: t("settingsId"), cell: (one) => <code className="font-mono text-soft text-sm">{one.id}</code> },
];

/** The projects one sees: all of them, or those one has a role in. */
export function Projects() {
  const mayWrite = useMay("projects.write");
  const seesAll = useMay("projects.read");
  const [making, setMaking] = useState(false);
  const found = useProjects();
  return (
    <Page
      title={t("projects")}
      about={t("projectsAbout")}
      actions={
        mayWrite && (
          <Button look="main" onClick={() => setMaking(true)}>
            {t("projectNew")}
          </Button>
        )
      }
    >
      <Card flush>
        <Table
          label={t("projects")}
          columns={COLUMNS}
          rows={found.data}
          rowKey={(one) => one.id}
          sorted={{ id: "name", down: false }}
          loading={found.isPending}
          error={found.error}
          again={() => void found.refetch()}
          empty={
            <Empty icon={<FolderKanban aria-hidden />} title={seesAll ? t("projectsNone") : t("projectsNoneMine")}>
              {seesAll ? t("projectsNoneWhy") : t("projectsNoneMineWhy")}
            </Empty>
          }
        />
      </Card>
      <NewProject open={making} onClose={() => setMaking(false)} />
    </Page>
  );
}

function NewProject({ open, onClose }: { open: boolean; onClose(): void }) {
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const make = useAct(() => api.post("/v1/organization/projects", { body: { name: name.trim() } }), {
    stale: [PROJECTS],
    shows: true,
    said: (made) => t("projectMade", { name: made.name }),
    next: (made) => void navigate({ to: "/admin/projects/$id", params: { id: made.id } }),
  });
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t("projectNew")}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="main" type="submit" form="new-project" busy={make.isPending}>
            {t("projectNew")}
          </Button>
        </>
      }
    >
      <form
        id="new-project"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <Field label={t("name")}>
          <Input required maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        {make.error && <ErrorNote error={make.error} />}
      </form>
    </Dialog>
  );
}
