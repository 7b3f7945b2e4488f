import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, type Gives } from "@/api/client";
import { useMay } from "@/api/hooks";
import { useAct } from "@/api/pages";
import { Button, Card, ErrorNote, Field, Select, Skeleton } from "@/ui";
import { t } from "@/words/people";
import { type DataClass, DataClassSelect, ModelTicks } from "../choices";
import { GROUPS, type Group } from "../lists";

type Terms = Gives<"GET", "/v1/tokenry/groups/{group_id}/terms">;

/** Which models and which data a group's members may use. */
export function GroupTerms({ group }: { group: Group }) {
  const path = { group_id: group.id };
  const found = useQuery({
    queryKey: [...GROUPS, group.id, "terms"],
    queryFn: ({ signal }) => api.get("/v1/tokenry/groups/{group_id}/terms", { path, signal }),
  });
  return (
    <Card title={t("groupTerms")} about={t("groupTermsAbout")}>
      {found.error && <ErrorNote error={found.error} />}
      {found.data ? <Form group={group} terms={found.data} /> : <Skeleton className="h-24" />}
    </Card>
  );
}

function Form({ group, terms }: { group: Group; terms: Terms }) {
  const mayWrite = useMay("groups.write");
  const [bound, setBound] = useState(terms.models !== null);
  const [models, setModels] = useState<readonly string[]>(terms.models ?? []);
  const [data, setData] = useState<string>(terms.data_class ?? "");
  const change = useAct(
    () =>
      api.post("/v1/tokenry/groups/{group_id}/terms", {
        path: { group_id: group.id },
        body: { models: bound ? [...models] : null, data_class: (data || null) as DataClass | null },
      }),
    { stale: [[...GROUPS, group.id, "terms"]], shows: true, said: () => t("saved") },
  );
  const empty = bound && models.length === 0;
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!empty) change.mutate();
      }}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t("groupModels")} error={empty && t("modelsNone")}>
          <Select
            value={bound ? "only" : "all"}
            disabled={!mayWrite}
            onChange={(event) => setBound(event.target.value === "only")}
          >
            <option value="all">{t("groupModelsAll")}</option>
            <option value="only">{t("groupModelsOnly")}</option>
          </Select>
        </Field>
        <Field label={t("dataHighest")}>
          <DataClassSelect value={data} onChange={setData} disabled={!mayWrite} none={t("dataUnbound")} />
        </Field>
      </div>
      {bound && <ModelTicks label={t("groupModels")} chosen={models} onChange={setModels} disabled={!mayWrite} />}
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
