import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMay } from "@/api/hooks";
import { Page, Tabs } from "@/ui";
import { t } from "@/words/admin-models";
import { Margins } from "./margins";
import { ModelList } from "./models";
import { Plans } from "./plans";
import { PriceBook } from "./prices";

const VIEWS = ["models", "prices", "margins", "plans"] as const;
type View = (typeof VIEWS)[number];

/** What may be asked for, and what it costs. */
export function Models() {
  const said = useSearch({ from: "/admin/models" }).view;
  const view = VIEWS.find((one) => one === said) ?? "models";
  const navigate = useNavigate({ from: "/admin/models" });
  const mayCosts = useMay("costs.read");
  const mayAwards = useMay("awards.read");
  const tabs = [
    { id: "models" as View, label: t("models"), content: <ModelList /> },
    { id: "prices" as View, label: t("prices"), content: <PriceBook /> },
    ...(mayCosts ? [{ id: "margins" as View, label: t("margins"), content: <Margins /> }] : []),
    ...(mayAwards ? [{ id: "plans" as View, label: t("plans"), content: <Plans /> }] : []),
  ];
  return (
    <Page title={t("title")} about={t("about")}>
      <Tabs
        label={t("views")}
        value={view}
        onChange={(next) => void navigate({ search: next === "models" ? {} : { view: next } })}
        tabs={tabs}
      />
    </Page>
  );
}
