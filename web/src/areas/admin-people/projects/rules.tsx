import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, type Gives } from "@/api/client";
import { useMay } from "@/api/hooks";
import { useAct } from "@/api/pages";
import { Button, Card, ErrorNote, Field, Select, Skeleton } from "@/ui";
import { t } from "@/words/people";
import { type DataClass, DataClassSelect, ModelTicks } from "../choices";
import { PROJECTS, type Project } from "../lists";
import { LimitsOf } from "./limits";
import { useMayIn } from "./mine";

type Terms = Gives<"GET", "/v1/tokenry/projects/{project_id}/terms">;

/** What a project may use, send and keep. */
export function RulesOf({ project }: { project: Project }) {
  const seesLimits = useMayIn(project.id, "limits.read");
  const found = useQuery({
    queryKey: [...PROJECTS, project.id, "terms"],
    queryFn: ({ signal }) =>
      api.get("/v1/tokenry/projects/{project_id}/terms", { path: { project_id: project.id }, signal }),
  });
  if (found.error) return <ErrorNote error={found.error} again={() => void found.refetch()} />;
  if (!found.data) return <Skeleton className="h-40" />;
  return (
    <div className="flex flex-col gap-6">
      <Models project={project} terms={found.data} />
      <div className="grid gap-6 lg:grid-cols-2">
        <Data project={project} terms={found.data} />
        <Retention project={project} terms={found.data} />
      </div>
      {seesLimits && <LimitsOf project={project} />}
    </div>
  );
}

interface RuleProps {
  project: Project;
  terms: Terms;
}

type Mode = Terms["models_mode"];

function Models({ project, terms }: RuleProps) {
  const mayWrite = useMayIn(project.id, "projects.write");
  const [mode, setMode] = useState<Mode>(terms.models_mode);
  const [models, setModels] = useState<readonly string[]>(terms.models);
  const path = { project_id: project.id };
  const change = useAct(
    async () => {
      if (mode !== "all") {
        const body = { mode, model_ids: [...models] };
        return api.post("/v1/organization/projects/{project_id}/model_permissions", { path, body });
      }
      return api.delete("/v1/organization/projects/{project_id}/model_permissions", { path });
    },
    { stale: [[...PROJECTS, project.id, "terms"]], shows: true, said: () => t("saved") },
  );
  const empty = mode !== "all" && models.length === 0;
  const same = mode === terms.models_mode && (mode === "all" || `${models}` === `${terms.models}`);
  return (
    <Card title={t("projectModels")} about={t("projectModelsAbout")}>
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
            <Button type="submit" busy={change.isPending} disabled={same}>
              {t("save")}
            </Button>
          </div>
        )}
      </form>
    </Card>
  );
}

function Data({ project, terms }: RuleProps) {
  const mayWrite = useMay("organization.write");
  const path = { project_id: project.id };
  const change = useAct(
    (one: DataClass) => api.post("/v1/tokenry/projects/{project_id}/data_class", { path, body: { data_class: one } }),
    { stale: [[...PROJECTS, project.id, "terms"]], shows: true, said: () => t("saved") },
  );
  return (
    <Card title={t("projectData")} about={t("projectDataAbout")}>
      <Field label={t("projectData")} quiet>
        <DataClassSelect
          value={terms.data_class}
          disabled={!mayWrite || change.isPending}
          onChange={(one) => change.mutate(one as DataClass)}
        />
      </Field>
      {change.error && <ErrorNote error={change.error} className="mt-4" />}
    </Card>
  );
}

const KEEP = "modified_abuse_monitoring";
const NOTHING = "zero_data_retention";

function Retention({ project, terms }: RuleProps) {
  const mayWrite = useMayIn(project.id, "projects.write");
  const path = { project_id: project.id };
  const change = useAct(
    (retention_type: typeof KEEP | typeof NOTHING | "organization_default") =>
      api.post("/v1/organization/projects/{project_id}/data_retention", { path, body: { retention_type } }),
    { stale: [[...PROJECTS, project.id, "terms"]], shows: true, said: () => t("saved") },
  );
  const said = terms.keeps_content ? KEEP : NOTHING;
  return (
    <Card title={t("projectRetention")} about={t("projectRetentionAbout")}>
      <Field label={t("projectRetention")} quiet>
        <Select
          value={terms.retention === null ? "organization_default" : said}
          disabled={!mayWrite || change.isPending}
          onChange={(event) => change.mutate(event.target.value as typeof KEEP)}
        >
          <option value="organization_default">{t("retentionDefault")}</option>
          <option value={KEEP}>{t("retentionKeep")}</option>
          <option value={NOTHING}>{t("retentionZero")}</option>
        </Select>
      </Field>
      {change.error && <ErrorNote error={change.error} className="mt-4" />}
    </Card>
  );
}
