import { useNavigate, useSearch } from "@tanstack/react-router";
import { KeyRound } from "lucide-react";
import { useMay, useMe } from "@/api/hooks";
import { Empty, ErrorNote, Field, Page, Skeleton } from "@/ui";
import { t } from "@/words/people";
import { ProjectSelect } from "../choices";
import { byName, useProjects } from "../lists";
import { AdminKeys } from "./admin-keys";
import { KeysOf } from "./list";

/** The keys of one project at a time, and those that administer. */
export function Keys() {
  const { project: asked } = useSearch({ from: "/admin/keys" });
  const navigate = useNavigate({ from: "/admin/keys" });
  const me = useMe();
  const seesAdminKeys = useMay("admin_keys.read");
  const projects = useProjects();
  const known = byName(projects.data);
  const own = known.find((one) => me.projects.some((mine) => mine.id === one.id));
  const project = known.find((one) => one.id === asked) ?? own ?? known[0];
  return (
    <Page title={t("keys")} about={t("keysAbout")}>
      {projects.error && <ErrorNote error={projects.error} again={() => void projects.refetch()} />}
      {projects.isPending && <Skeleton className="h-40" />}
      {projects.data && !project && (
        <Empty icon={<KeyRound aria-hidden />} title={t("projectsNoneMine")}>
          {t("projectsNoneMineWhy")}
        </Empty>
      )}
      {project && (
        <>
          {known.length > 1 && (
            <Field label={t("project")} className="max-w-96">
              <ProjectSelect
                value={project.id}
                onChange={(id) => void navigate({ search: id ? { project: id } : {} })}
              />
            </Field>
          )}
          <KeysOf key={project.id} project={project} />
        </>
      )}
      {seesAdminKeys && <AdminKeys />}
    </Page>
  );
}
