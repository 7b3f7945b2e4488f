// All awards, filtered; and one made directly.
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { BadgeCheck } from "lucide-react";
import { useState } from "react";
import { useMay } from "@/api/hooks";
import type { AwardShape } from "@/api/schema";
import { Button, Card, type Column, Empty, Field, Page, Select, Table, When } from "@/ui";
import { t } from "@/words/awarding";
import { t as w } from "@/words/awarding-award";
import { useAwards, useProgrammes } from "../data";
import { percentWords } from "../model/amounts";
import { toldState } from "../model/states";
import { Amount, Bar, State } from "../parts/shown";
import { MakeAward } from "./make-award";

export interface AwardFilters {
  programme_id?: string | undefined;
  state?: (typeof STATES)[number] | undefined;
}

const STATES = ["active", "suspended", "closing", "closed", "granting"] as const;

export function Awards() {
  const filters = useSearch({ from: "/awarding/awards" });
  const navigate = useNavigate({ from: "/awarding/awards" });
  const programmes = useProgrammes();
  const writes = useMay("awards.write");
  const [making, setMaking] = useState(false);
  const found = useAwards({ programme_id: filters.programme_id ?? null, state: filters.state ?? null });
  const filtered = Boolean(filters.programme_id || filters.state);
  const make = writes && (programmes.data?.some((one) => one.state === "open") ?? false) && (
    <Button onClick={() => setMaking(true)}>{w("makeAward")}</Button>
  );
  return (
    <Page title={w("awardsTitle")} about={w("awardsAbout")} actions={make}>
      <Card flush>
        <div className="grid gap-3 px-4 pt-2 pb-3 sm:max-w-xl sm:grid-cols-2 sm:px-5">
          <Field label={t("programme")}>
            <Select
              value={filters.programme_id ?? ""}
              onChange={(event) =>
                void navigate({ search: { ...filters, programme_id: event.target.value || undefined } })
              }
            >
              <option value="">{t("all")}</option>
              {programmes.data?.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </Select>
          </Field>
          <Field label={t("state")}>
            <Select
              value={filters.state ?? ""}
              onChange={(event) =>
                void navigate({
                  search: { ...filters, state: STATES.find((one) => one === event.target.value) },
                })
              }
            >
              <option value="">{t("all")}</option>
              {STATES.map((one) => (
                <option key={one} value={one}>
                  {toldState("award", one).label}
                </option>
              ))}
            </Select>
          </Field>
        </div>
        <Table
          label={w("awardsTitle")}
          columns={COLUMNS}
          rowKey={(one) => one.id}
          {...found}
          empty={
            <Empty
              icon={<BadgeCheck aria-hidden />}
              title={filtered ? w("awardsNoneFits") : w("awardsNone")}
              action={make}
            >
              {!filtered && w("awardsNoneWhy")}
            </Empty>
          }
        />
      </Card>
      {making && <MakeAward programmes={programmes.data ?? []} onClose={() => setMaking(false)} />}
    </Page>
  );
}

const COLUMNS: readonly Column<AwardShape>[] = [
  {
    id: "award",
    title: t("award"),
    sort: (one) => one.name,
    cell: (one) => (
      <>
        <Link to="/awarding/awards/$id" params={{ id: one.id }} className="link font-medium">
          {one.name}
        </Link>
        <span className="block text-sm text-soft">
          {one.programme} · {one.project}
        </span>
      </>
    ),
  },
  {
    id: "state",
    title: t("state"),
    sort: (one) => toldState("award", one.status).label,
    cell: (one) => <State kind="award" state={one.status} />,
  },
  {
    id: "used",
    title: t("used"),
    sort: (one) => (one.units ? one.units.spent / one.amount : null),
    cell: (one) =>
      one.units && (
        <span className="flex items-center gap-2">
          <Bar
            className="h-1.5 w-20 rounded-full"
            whole={one.amount}
            parts={[{ label: "used", amount: one.units.spent, tone: "act" }]}
          />
          <span className="figures text-sm whitespace-nowrap">{percentWords(one.units.spent, one.amount)}</span>
        </span>
      ),
  },
  {
    id: "left",
    title: t("left"),
    right: true,
    cell: (one) => one.units && <Amount amount={one.units.left} unit={one.unit} brief />,
  },
  {
    id: "amount",
    title: t("amount"),
    right: true,
    cell: (one) => <Amount amount={one.amount} unit={one.unit} brief />,
  },
  {
    id: "ends",
    title: t("ends"),
    right: true,
    sort: (one) => one.ends_at,
    cell: (one) => <When at={one.ends_at} as="day" />,
  },
];
