// What is left of an award, where it leads, and the same as a table.
import { lazy, Suspense, useMemo } from "react";
import type { DayShape } from "@/api/schema";
import { Card, type Column, ErrorNote, Skeleton, Table } from "@/ui";
import { locale } from "@/words";
import { t as w } from "@/words/awarding-award";
import { useOutlook } from "../data";
import { amountWords, type Unit } from "../model/amounts";
import { burnDown } from "../model/burn-down";
import { Coming } from "./shown";

const BurnDownChart = lazy(() => import("./burn-down"));
const TABLE_DAYS = 60;
const DRAWN_DAYS = 2; // before that there is no line
const dayOf = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });

export interface OutlookProps {
  awardId: string;
  endsAt: number;
  unit: Unit;
  /** An award that is still being made has none. */
  granted: boolean;
}

export function OutlookCard({ awardId, endsAt, unit, granted }: OutlookProps) {
  const found = useOutlook(awardId, granted);
  const lines = useMemo(() => found.data && burnDown(found.data, endsAt), [found.data, endsAt]);
  return (
    <Card title={w("outlook")}>
      {granted && found.isPending && <Coming />}
      {found.error && <ErrorNote error={found.error} again={() => void found.refetch()} />}
      {!granted && <p className="text-soft">{w("grantingNote")}</p>}
      {found.data && (
        <div className="flex flex-col gap-3">
          <p className="max-w-3xl text-pretty">{found.data.words || w("outlookNone")}</p>
          {lines && found.data.days.length >= DRAWN_DAYS && (
            <>
              <Suspense fallback={<Skeleton className="h-65 w-full" />}>
                <BurnDownChart lines={lines} unit={unit} label={`${w("chartLabel")}. ${found.data.words}`} />
              </Suspense>
              <p className="text-sm text-soft">{w("outlookHow")}</p>
              <details>
                <summary className="cursor-pointer rounded py-1 text-sm text-soft hover:text-ink">
                  {w("asTable")}
                </summary>
                <Table
                  label={w("outlook")}
                  columns={columns(unit)}
                  rows={found.data.days.slice(-TABLE_DAYS).reverse()}
                  rowKey={(day) => String(day.start)}
                />
              </details>
            </>
          )}
        </div>
      )}
    </Card>
  );
}

function columns(unit: Unit): readonly Column<DayShape>[] {
  return [
    { id: "day", title: w("day"), cell: (day) => dayOf.format(day.start * 1000) },
    { id: "drawn", title: w("drawnThatDay"), right: true, cell: (day) => amountWords(day.drawn, unit) },
    { id: "left", title: w("leftThen"), right: true, cell: (day) => amountWords(day.left, unit) },
  ];
}
