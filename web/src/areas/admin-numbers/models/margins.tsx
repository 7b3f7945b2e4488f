import { useQuery } from "@tanstack/react-query";
import { Scale } from "lucide-react";
import { useState } from "react";
import { api, type Gives } from "@/api/client";
import { Card, type Column, Empty, nanoOf, Select, Table, Usd } from "@/ui";
import { t } from "@/words/admin-models";
import { count } from "../chart/layout";
import { useNames } from "../names";

type Margin = Gives<"GET", "/v1/tokenry/margins">["total"];
type By = "model" | "project";

const DAYS = 30;
const DAY_S = 86_400;

/** What was earned in the last 30 days. */
export function Margins() {
  const [by, setBy] = useState<By>("model");
  const names = useNames();
  const found = useQuery({
    queryKey: ["margins", by],
    queryFn: ({ signal }) => {
      const start_time = Math.trunc(Date.now() / 1000) - DAYS * DAY_S;
      return api.get("/v1/tokenry/margins", { query: { by, start_time }, signal });
    },
  });
  const rows = found.data && (found.data.data.length > 1 ? [...found.data.data, found.data.total] : found.data.data);
  const columns: Column<Margin>[] = [
    {
      id: "group",
      title: t(`by.${by}`),
      cell: (one) => (one === found.data?.total ? t("all") : (names[one.group] ?? one.group)),
    },
    { id: "requests", title: t("requests"), right: true, cell: (one) => count.format(one.requests) },
    { id: "charged", title: t("charged"), right: true, cell: (one) => <Usd usd={one.charge_usd} /> },
    { id: "cost", title: t("cost"), right: true, cell: (one) => <Usd usd={one.cost_usd} /> },
    { id: "margin", title: t("left"), right: true, cell: (one) => <Left one={one} /> },
    {
      id: "unknown",
      title: t("unknown"),
      right: true,
      cell: (one) => (one.unknown_cost_requests === 0 ? "–" : count.format(one.unknown_cost_requests)),
    },
  ];
  return (
    <Card
      flush
      title={t("margins")}
      about={t("marginsAbout")}
      actions={
        <div className="w-36">
          <Select aria-label={t("marginBy")} value={by} onChange={(event) => setBy(event.target.value as By)}>
            <option value="model">{t("by.model")}</option>
            <option value="project">{t("by.project")}</option>
          </Select>
        </div>
      }
    >
      <Table
        label={t("margins")}
        columns={columns}
        rows={rows}
        rowKey={(one) => (one === found.data?.total ? "all" : `group ${one.group}`)}
        loading={found.isPending}
        error={found.error}
        again={() => void found.refetch()}
        empty={
          <Empty icon={<Scale aria-hidden />} title={t("marginsNone")}>
            {t("marginsNoneWhy")}
          </Empty>
        }
      />
    </Card>
  );
}

function Left({ one }: { one: Margin }) {
  const below = one.margin_usd.startsWith("-");
  return (
    <span className={below ? "text-bad" : undefined}>
      {below && "−"}
      <Usd usd={String(nanoOf(one.margin_usd.replace("-", "")) === null ? "0" : one.margin_usd.replace("-", ""))} />
      {one.margin_percent !== null && (
        <span className="block text-sm text-soft">
          {t("percent", { percent: one.margin_percent.replace("-", "−") })}
        </span>
      )}
    </span>
  );
}
