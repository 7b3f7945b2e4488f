import { useQuery } from "@tanstack/react-query";
import { CalendarClock, Coins } from "lucide-react";
import { api, type Gives } from "@/api/client";
import { useMay } from "@/api/hooks";
import { allOf, usePages } from "@/api/pages";
import { Badge, Card, type Column, Empty, Table, Usd, When } from "@/ui";
import { listed } from "@/words";
import { t } from "@/words/admin-models";
import { useNames } from "../names";

type Credit = Gives<"GET", "/v1/tokenry/credits">["data"][number];
type Plan = Gives<"GET", "/v1/tokenry/plans">["data"][number];

const PAGE = 100;

/** What was bought or given away, and what projects get each month. */
export function Plans() {
  return (
    <div className="flex flex-col gap-6">
      <Credits />
      <PlanList />
    </div>
  );
}

function Credits() {
  const names = useNames();
  const found = usePages<Credit>(["credits"], (after, signal) =>
    api.get("/v1/tokenry/credits", { query: { after: after ?? null, limit: PAGE }, signal }),
  );
  const columns: Column<Credit>[] = [
    { id: "name", title: t("name"), cell: (one) => one.name },
    { id: "project", title: t("project"), cell: (one) => names[one.project_id] ?? one.project_id },
    { id: "category", title: t("category"), cell: (one) => t(`category.${one.category}`) },
    { id: "issued", title: t("issued"), right: true, cell: (one) => <Usd usd={one.issued_usd} /> },
    { id: "left", title: t("left"), right: true, cell: (one) => <Usd usd={one.left_usd} /> },
    {
      id: "ends",
      title: t("ends"),
      cell: (one) => (one.expires_at === null ? t("openEnded") : <When at={one.expires_at} as="day" />),
    },
    {
      id: "state",
      title: t("state"),
      cell: (one) => <Badge tone={one.status === "active" ? "good" : "plain"}>{t(`credit.${one.status}`)}</Badge>,
    },
  ];
  return (
    <Card flush title={t("credits")} about={t("creditsAbout")}>
      <Table
        label={t("credits")}
        columns={columns}
        rowKey={(one) => one.id}
        empty={
          <Empty icon={<Coins aria-hidden />} title={t("creditsNone")}>
            <code className="font-mono text-sm">{t("creditsNoneWhy")}</code>
          </Empty>
        }
        {...found}
      />
    </Card>
  );
}

function PlanList() {
  const found = usePages<Plan>(["plans"], (after, signal) =>
    api.get("/v1/tokenry/plans", { query: { after: after ?? null, limit: PAGE }, signal }),
  );
  const may = useMay("awards.read");
  const subscribed = useQuery({
    queryKey: ["subscriptions"],
    queryFn: ({ signal }) =>
      allOf(async (after) => {
        const page = await api.get("/v1/tokenry/subscriptions", {
          query: { after: after ?? null, limit: PAGE },
          signal,
        });
        return page;
      }, signal),
    enabled: may,
  });
  const projectsOf = (plan: Plan) =>
    (subscribed.data ?? []).filter((one) => one.plan_id === plan.id && one.ends_at === null).length;
  const columns: Column<Plan>[] = [
    { id: "name", title: t("name"), cell: (one) => one.name },
    { id: "included", title: t("included"), right: true, cell: (one) => <Usd usd={one.included_usd} /> },
    { id: "overage", title: t("overage"), cell: (one) => t(`overage.${one.overage}`) },
    {
      id: "models",
      title: t("onlyModels"),
      cell: (one) => (one.models === null ? t("allModels") : listed(one.models)),
    },
    { id: "subscribed", title: t("subscribed"), right: true, cell: projectsOf },
  ];
  return (
    <Card flush title={t("plansTitle")} about={t("plansAbout")}>
      <Table
        label={t("plansTitle")}
        columns={columns}
        rowKey={(one) => one.id}
        empty={
          <Empty icon={<CalendarClock aria-hidden />} title={t("plansNone")}>
            <code className="font-mono text-sm">{t("plansNoneWhy")}</code>
          </Empty>
        }
        {...found}
      />
    </Card>
  );
}
