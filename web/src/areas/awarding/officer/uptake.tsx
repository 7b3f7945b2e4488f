// How the awards of a programme are used: sums, and a line an award.
import { Link } from "@tanstack/react-router";
import { Award, Download } from "lucide-react";
import type { ProgrammeShape, UseShape } from "@/api/schema";
import { Badge, buttonClass, Card, type Column, Empty, Stat, Stats, Table, When } from "@/ui";
import { t } from "@/words/awarding";
import { t as o } from "@/words/awarding-office";
import { useUptake } from "../data";
import { percentWords, type Unit } from "../model/amounts";
import { Amount, Bar, State } from "../parts/shown";

export function UptakeCard({ programme }: { programme: ProgrammeShape }) {
  const found = useUptake(programme.id);
  const sums = found.data;
  return (
    <Card
      title={o("uptake")}
      flush
      actions={
        <a href={`/v1/tokenry/programmes/${programme.id}/uptake?format=csv`} download className={buttonClass("plain")}>
          <Download aria-hidden className="size-4" />
          {t("exportCsv")}
        </a>
      }
    >
      {sums && sums.data.length > 0 && (
        <div className="px-4 py-3 sm:px-5">
          <Stats>
            <Stat label={o("uptakePercent")}>{percentWords(sums.drawn, sums.granted)}</Stat>
            <Stat label={o("uptakeLiving")}>{sums.living}</Stat>
            <Stat label={o("uptakeIdle")}>{sums.idle}</Stat>
            <Stat label={o("uptakeUnused")}>{sums.unused}</Stat>
          </Stats>
        </div>
      )}
      <Table
        label={o("uptake")}
        columns={columns(programme.unit)}
        rows={sums?.data}
        rowKey={(one) => one.award_id}
        loading={found.isPending}
        error={found.error}
        again={() => void found.refetch()}
        empty={
          <Empty icon={<Award aria-hidden />} title={o("uptakeNone")}>
            {o("uptakeNoneWhy")}
          </Empty>
        }
      />
    </Card>
  );
}

function columns(unit: Unit): readonly Column<UseShape>[] {
  return [
    {
      id: "award",
      title: t("award"),
      sort: (one) => one.name,
      cell: (one) => (
        <>
          <Link to="/awarding/awards/$id" params={{ id: one.award_id }} className="link">
            {one.name}
          </Link>
          <span className="block text-sm text-soft">{one.project}</span>
        </>
      ),
    },
    {
      id: "state",
      title: t("state"),
      cell: (one) => (
        <span className="flex flex-wrap gap-1.5">
          <State kind="award" state={one.state} />
          {one.idle && <Badge>{o("idleFor", { days: t("days", { count: one.idle_days ?? 0 }) })}</Badge>}
        </span>
      ),
    },
    {
      id: "used",
      title: t("used"),
      sort: (one) => one.percent,
      cell: (one) => (
        <span className="flex items-center gap-2">
          <Bar
            className="h-1.5 w-20 rounded-full"
            whole={one.granted}
            parts={[{ label: "used", amount: one.drawn, tone: "act" }]}
          />
          <span className="figures text-sm">{percentWords(one.drawn, one.granted)}</span>
        </span>
      ),
    },
    {
      id: "left",
      title: t("left"),
      right: true,
      sort: (one) => one.left,
      cell: (one) => <Amount amount={one.left} unit={unit} brief />,
    },
    {
      id: "ends",
      title: t("ends"),
      right: true,
      sort: (one) => one.ends_at,
      cell: (one) => <When at={one.ends_at} as="day" />,
    },
  ];
}
