// The programmes of the house, each with how its pool stands.
import { Link } from "@tanstack/react-router";
import { Landmark, Plus } from "lucide-react";
import { useMay } from "@/api/hooks";
import type { ProgrammeShape } from "@/api/schema";
import { Badge, buttonClass, Card, type Column, Empty, Page, Table } from "@/ui";
import { t } from "@/words/awarding";
import { t as o } from "@/words/awarding-office";
import { useProgrammes } from "../data";
import { Amount, Bar } from "../parts/shown";

/** What nobody was given or promised. */
export function freeOf(pool: ProgrammeShape["pool"]): number {
  return Math.max(0, pool.left - pool.promised);
}

const COLUMNS: readonly Column<ProgrammeShape>[] = [
  {
    id: "name",
    title: t("programme"),
    sort: (one) => one.name,
    cell: (one) => (
      <span className="flex flex-wrap items-center gap-2">
        <Link to="/awarding/programmes/$id" params={{ id: one.id }} className="link font-medium">
          {one.name}
        </Link>
        {one.state === "closed" && <Badge>{o("closedProgramme")}</Badge>}
      </span>
    ),
  },
  {
    id: "pool",
    title: o("pool"),
    cell: (one) => (
      <span className="flex items-center gap-2">
        <Bar
          className="h-1.5 w-24 rounded-full"
          whole={one.pool.cap}
          parts={[
            { label: "given", amount: one.pool.granted + one.pool.committed - one.pool.returned, tone: "act" },
            { label: "promised", amount: one.pool.promised, tone: "soft" },
          ]}
        />
        <Amount amount={one.pool.cap} unit={one.unit} brief />
      </span>
    ),
    sort: (one) => one.pool.cap,
  },
  {
    id: "free",
    title: o("poolFree"),
    right: true,
    sort: (one) => freeOf(one.pool),
    cell: (one) => <Amount amount={freeOf(one.pool)} unit={one.unit} brief />,
  },
];

export function Programmes() {
  const found = useProgrammes();
  const make = useMay("programmes.write") && (
    <Link to="/awarding/programmes/new" className={buttonClass("main")}>
      <Plus aria-hidden className="size-4" />
      {o("newProgramme")}
    </Link>
  );
  return (
    <Page title={o("programmesTitle")} about={o("programmesAbout")} actions={make}>
      <Card flush>
        <Table
          label={o("programmesTitle")}
          columns={COLUMNS}
          rows={found.data}
          rowKey={(one) => one.id}
          loading={found.isPending}
          error={found.error}
          again={() => void found.refetch()}
          empty={
            <Empty icon={<Landmark aria-hidden />} title={o("programmesNone")} action={make}>
              {o("programmesNoneWhy")}
            </Empty>
          }
        />
      </Card>
    </Page>
  );
}
