import { useState } from "react";
import { api } from "@/api/client";
import { useMe } from "@/api/hooks";
import { useAct } from "@/api/pages";
import { Button, Dialog, ErrorNote, Field, Input, Select, Switch, usdText } from "@/ui";
import { t } from "@/words/people";
import { GroupSelect, PersonSelect, ProjectSelect } from "../choices";
import { BUDGETS, type Project, useModelNames } from "../lists";
import { thresholdsOf, WINDOW_WORDS, WINDOWS, type Window } from "./words";

const FOR = ["everyone", "organization", "project", "group", "user"] as const;
type For = (typeof FOR)[number];

const FOR_WORDS: Readonly<Record<For, string>> = {
  everyone: t("budgetForEveryone"),
  organization: t("budgetForOrganization"),
  project: t("budgetForProject"),
  group: t("budgetForGroup"),
  user: t("budgetForUser"),
};

/** Makes a budget: of the organization's, or of a project's whose owner makes it. */
export function NewBudget({ project, onClose }: { project?: Project; onClose(): void }) {
  const me = useMe();
  const [whose, setWhose] = useState<For>(project ? "project" : "everyone");
  const [id, setId] = useState(project?.id ?? "");
  const [limit, setLimit] = useState("");
  const [window, setWindow] = useState<Window>("month");
  const [hard, setHard] = useState(true);
  const [model, setModel] = useState("");
  const [thresholds, setThresholds] = useState("50, 80, 100");
  const [tried, setTried] = useState(false);
  const models = useModelNames(project?.id);

  const usd = usdText(limit);
  const percents = thresholdsOf(thresholds);
  const scopeId = whose === "everyone" ? "*" : whose === "organization" ? me.organization_id : id;
  const make = useAct(
    () => {
      const body = {
        scope: whose === "everyone" ? ("user" as const) : whose,
        scope_id: scopeId,
        limit_usd: usd ?? "",
        window,
        hard,
        model: model || null,
        thresholds: percents,
      };
      return project
        ? api.post("/v1/tokenry/projects/{project_id}/budgets", { path: { project_id: project.id }, body })
        : api.post("/v1/tokenry/budgets", { body });
    },
    { stale: [BUDGETS], shows: true, said: () => t("budgetMade"), next: onClose },
  );

  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={t("budgetNew")}
      about={t("budgetsAbout")}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="main" type="submit" form="new-budget" busy={make.isPending}>
            {t("budgetNew")}
          </Button>
        </>
      }
    >
      <form
        id="new-budget"
        className="grid gap-4 sm:grid-cols-2"
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (usd !== null && percents !== null && scopeId) make.mutate();
        }}
      >
        {!project && (
          <Field label={t("budgetFor")}>
            <Select value={whose} onChange={(event) => setWhose(event.target.value as For)}>
              {FOR.map((one) => (
                <option key={one} value={one}>
                  {FOR_WORDS[one]}
                </option>
              ))}
            </Select>
          </Field>
        )}
        {!project && <Which whose={whose} id={id} onChange={setId} wrong={tried && !scopeId} />}
        <Field
          label={t("budgetLimit")}
          hint={t("budgetLimitHint")}
          error={tried && usd === null && t("budgetLimitWrong")}
        >
          <Input inputMode="decimal" required value={limit} onChange={(event) => setLimit(event.target.value)} />
        </Field>
        <Field label={t("budgetWindow")}>
          <Select value={window} onChange={(event) => setWindow(event.target.value as Window)}>
            {WINDOWS.map((one) => (
              <option key={one} value={one}>
                {WINDOW_WORDS[one]}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t("budgetModel")} optional>
          <Select value={model} onChange={(event) => setModel(event.target.value)}>
            <option value="">{t("budgetAll")}</option>
            {(models.data ?? []).map((one) => (
              <option key={one}>{one}</option>
            ))}
          </Select>
        </Field>
        <Field
          label={t("budgetThresholds")}
          hint={t("budgetThresholdsHint")}
          error={tried && percents === null && t("budgetThresholdsWrong")}
        >
          <Input inputMode="numeric" value={thresholds} onChange={(event) => setThresholds(event.target.value)} />
        </Field>
        <div className="sm:col-span-2">
          <Switch label={t("budgetHard")} hint={t("budgetHardHint")} checked={hard} onChange={setHard} />
        </div>
        {make.error && <ErrorNote error={make.error} className="sm:col-span-2" />}
      </form>
    </Dialog>
  );
}

function Which(props: { whose: For; id: string; onChange(id: string): void; wrong: boolean }) {
  const { whose, id, onChange } = props;
  const error = props.wrong && t("choose");
  if (whose === "project") {
    return (
      <Field label={t("project")} error={error}>
        <ProjectSelect value={id} onChange={onChange} />
      </Field>
    );
  }
  if (whose === "group") {
    return (
      <Field label={t("group")} error={error}>
        <GroupSelect value={id} onChange={onChange} />
      </Field>
    );
  }
  if (whose === "user") {
    return (
      <Field label={t("scopeUser")} error={error}>
        <PersonSelect value={id} onChange={onChange} />
      </Field>
    );
  }
  return <span className="hidden sm:block" />;
}
