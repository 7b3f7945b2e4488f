import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, api, type Gives } from "@/api/client";
import { useMay } from "@/api/hooks";
import { useAct } from "@/api/pages";
import { Button, Card, ErrorNote, Field, Select, Skeleton } from "@/ui";
import { t } from "@/words/people";
import { type DataClass, DataClassSelect, ModelTicks } from "../choices";
import { PROJECTS, type Project } from "../lists";
import { LimitsOf } from "./limits";
import { useMayIn } from "./mine";

/** What a project may use, send and keep. */
export function RulesOf({ project }: { project: Project }) {
  const seesLimits = useMayIn(project.id, "limits.read");
  return (
    <div className="flex flex-col gap-6">
      <Models project={project} />
      <div className="grid gap-6 lg:grid-cols-2">
        <Data project={project} />
        <Retention project={project} />
      </div>
      {seesLimits && <LimitsOf project={project} />}
    </div>
  );
}

type Permissions = Gives<"GET", "/v1/organization/projects/{project_id}/model_permissions">;
type Mode = "all" | Permissions["mode"];

function Models({ project }: { project: Project }) {
  const path = { project_id: project.id };
  const found = useQuery({
    queryKey: [...PROJECTS, project.id, "models"],
    queryFn: ({ signal }) =>
      api.get("/v1/organization/projects/{project_id}/model_permissions", { path, signal }).catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 404) return null; // it has no list and may use every model
        throw error;
      }),
  });
  return (
    <Card title={t("projectModels")} about={t("projectModelsAbout")}>
      {found.error && <ErrorNote error={found.error} />}
      {found.data !== undefined ? <ModelsForm project={project} said={found.data} /> : <Skeleton className="h-16" />}
    </Card>
  );
}

function ModelsForm({ project, said }: { project: Project; said: Permissions | null }) {
  const mayWrite = useMayIn(project.id, "projects.write");
  const [mode, setMode] = useState<Mode>(said?.mode ?? "all");
  const [models, setModels] = useState<readonly string[]>(said?.model_ids ?? []);
  const path = { project_id: project.id };
  const change = useAct(
    async () => {
      if (mode !== "all") {
        const body = { mode, model_ids: [...models] };
        return api.post("/v1/organization/projects/{project_id}/model_permissions", { path, body });
      }
      return api.delete("/v1/organization/projects/{project_id}/model_permissions", { path });
    },
    { stale: [[...PROJECTS, project.id, "models"]], shows: true, said: () => t("saved") },
  );
  const empty = mode !== "all" && models.length === 0;
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!empty) change.mutate();
      }}
    >
      <Field label={t("projectModels")} quiet className="max-w-80" error={empty && t("modelsNone")}>
        <Select value={mode} disabled={!mayWrite} onChange={(event) => setMode(event.target.value as Mode)}>
          <option value="all">{t("modelsAll")}</option>
          <option value="allow_list">{t("modelsAllow")}</option>
          <option value="deny_list">{t("modelsDeny")}</option>
        </Select>
      </Field>
      {mode !== "all" && (
        <ModelTicks
          label={t("projectModels")}
          chosen={models}
          onChange={setModels}
          projectId={project.id}
          disabled={!mayWrite}
        />
      )}
      {change.error && <ErrorNote error={change.error} />}
      {mayWrite && (
        <div>
          <Button type="submit" busy={change.isPending}>
            {t("save")}
          </Button>
        </div>
      )}
    </form>
  );
}

function Data({ project }: { project: Project }) {
  const mayWrite = useMay("organization.write");
  const path = { project_id: project.id };
  const queryKey = [...PROJECTS, project.id, "data-class"];
  const found = useQuery({
    queryKey,
    queryFn: ({ signal }) => api.get("/v1/tokenry/projects/{project_id}/data_class", { path, signal }),
  });
  const change = useAct(
    (one: DataClass) => api.post("/v1/tokenry/projects/{project_id}/data_class", { path, body: { data_class: one } }),
    { stale: [queryKey], shows: true, said: () => t("saved") },
  );
  return (
    <Card title={t("projectData")} about={t("projectDataAbout")}>
      {found.data ? (
        <Field label={t("projectData")} quiet>
          <DataClassSelect
            value={found.data.data_class}
            disabled={!mayWrite || change.isPending}
            onChange={(one) => change.mutate(one as DataClass)}
          />
        </Field>
      ) : (
        <Skeleton className="h-10" />
      )}
      {(found.error ?? change.error) && <ErrorNote error={found.error ?? change.error} className="mt-4" />}
    </Card>
  );
}

const KEEP = "modified_abuse_monitoring";
const NOTHING = "zero_data_retention";

function Retention({ project }: { project: Project }) {
  const mayWrite = useMayIn(project.id, "projects.write");
  const path = { project_id: project.id };
  const queryKey = [...PROJECTS, project.id, "retention"];
  const found = useQuery({
    queryKey,
    queryFn: ({ signal }) => api.get("/v1/organization/projects/{project_id}/data_retention", { path, signal }),
  });
  const change = useAct(
    (retention_type: typeof KEEP | typeof NOTHING | "organization_default") =>
      api.post("/v1/organization/projects/{project_id}/data_retention", { path, body: { retention_type } }),
    { stale: [queryKey], shows: true, said: () => t("saved") },
  );
  const type = found.data?.type;
  const value = type === "organization_default" ? type : type?.includes("zero") ? NOTHING : KEEP;
  return (
    <Card title={t("projectRetention")} about={t("projectRetentionAbout")}>
      {found.data ? (
        <Field label={t("projectRetention")} quiet>
          <Select
            value={value}
            disabled={!mayWrite || change.isPending}
            onChange={(event) => change.mutate(event.target.value as typeof KEEP)}
          >
            <option value="organization_default">{t("retentionDefault")}</option>
            <option value={KEEP}>{t("retentionKeep")}</option>
            <option value={NOTHING}>{t("retentionZero")}</option>
          </Select>
        </Field>
      ) : (
        <Skeleton className="h-10" />
      )}
      {(found.error ?? change.error) && <ErrorNote error={found.error ?? change.error} className="mt-4" />}
    </Card>
  );
}
