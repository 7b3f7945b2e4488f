import { useState } from "react";
import { api, type Gives } from "@/api/client";
import { useAct, usePages } from "@/api/pages";
import { Button, Card, type Column, Dialog, ErrorNote, Field, Input, Table, Tokens } from "@/ui";
import { t } from "@/words/people";
import { PROJECTS, type Project } from "../lists";
import { useMayIn } from "./mine";

type Line = Gives<"GET", "/v1/organization/projects/{project_id}/rate_limits">["data"][number];

/** How fast a project may go with each model. */
export function LimitsOf({ project }: { project: Project }) {
  const mayWrite = useMayIn(project.id, "limits.write");
  const [changing, setChanging] = useState<Line | null>(null);
  const path = { project_id: project.id };
  const found = usePages<Line>([...PROJECTS, project.id, "rate-limits"], (after, signal) =>
    api.get("/v1/organization/projects/{project_id}/rate_limits", { path, query: { after }, signal }),
  );
  const columns: Column<Line>[] = [
    { id: "model", title: t("model"), cell: (one) => one.model, sort: (one) => one.model },
    {
      id: "requests",
      title: t("limitRequests"),
      right: true,
      cell: (one) => <Tokens count={one.max_requests_per_1_minute} />,
      sort: (one) => one.max_requests_per_1_minute,
    },
    {
      id: "tokens",
      title: t("limitTokens"),
      right: true,
      cell: (one) => <Tokens count={one.max_tokens_per_1_minute} />,
      sort: (one) => one.max_tokens_per_1_minute,
    },
    {
      id: "acts",
      title: t("actions"),
      quiet: true,
      right: true,
      cell: (one) =>
        mayWrite ? (
          <Button size="small" aria-label={`${t("budgetChange")}: ${one.model}`} onClick={() => setChanging(one)}>
            {t("budgetChange")}
          </Button>
        ) : null,
    },
  ];
  return (
    <Card flush title={t("projectLimits")} about={t("projectLimitsAbout")}>
      <Table label={t("projectLimits")} columns={columns} rowKey={(one) => one.id} {...found} />
      {changing && <Changing key={changing.id} project={project} line={changing} onClose={() => setChanging(null)} />}
    </Card>
  );
}

function Changing({ project, line, onClose }: { project: Project; line: Line; onClose(): void }) {
  const [requests, setRequests] = useState(String(line.max_requests_per_1_minute));
  const [tokens, setTokens] = useState(String(line.max_tokens_per_1_minute));
  const change = useAct(
    () =>
      api.post("/v1/organization/projects/{project_id}/rate_limits/{rate_limit_id}", {
        path: { project_id: project.id, rate_limit_id: line.id },
        body: { max_requests_per_1_minute: Number(requests), max_tokens_per_1_minute: Number(tokens) },
      }),
    {
      stale: [[...PROJECTS, project.id, "rate-limits"]],
      shows: true,
      said: () => t("saved"),
      next: onClose,
    },
  );
  return (
    <Dialog
      open
      onClose={onClose}
      title={line.model}
      about={t("projectLimitsAbout")}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="main" type="submit" form="rate-limit" busy={change.isPending}>
            {t("save")}
          </Button>
        </>
      }
    >
      <form
        id="rate-limit"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        <Field label={t("limitRequests")}>
          <Input
            type="number"
            min={0}
            required
            value={requests}
            onChange={(event) => setRequests(event.target.value)}
          />
        </Field>
        <Field label={t("limitTokens")}>
          <Input type="number" min={0} required value={tokens} onChange={(event) => setTokens(event.target.value)} />
        </Field>
        {change.error && <ErrorNote error={change.error} />}
      </form>
    </Dialog>
  );
}
