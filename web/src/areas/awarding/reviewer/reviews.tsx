// The reviews that somebody is asked for: those that wait first.
import { Link } from "@tanstack/react-router";
import { ClipboardList } from "lucide-react";
import type { Review } from "@/api/schema";
import { Badge, Card, type Column, Empty, Page, Table, useNow, When } from "@/ui";
import { t } from "@/words/awarding";
import { t as r } from "@/words/awarding-review";
import { useReviews } from "../data";
import { Amount, personWords, State } from "../parts/shown";

/** Whether its reviewer is to do something. */
export function waits(review: Review): boolean {
  return ["assigned", "clear"].includes(review.state) && review.application_state === "under_review";
}

export function Reviews() {
  const found = useReviews();
  const now = useNow();
  const todo = found.data?.filter(waits);
  const done = found.data?.filter((one) => !waits(one));
  const state = { loading: found.isPending, error: found.error, again: () => void found.refetch() };
  return (
    <Page title={r("title")} about={r("about")}>
      <Card title={r("toDo")} flush>
        <Table
          label={r("toDo")}
          columns={columns(now)}
          rows={todo}
          rowKey={(one) => one.id}
          {...state}
          empty={
            <Empty icon={<ClipboardList aria-hidden />} title={done?.length ? r("noneToDo") : r("none")}>
              {!done?.length && r("noneWhy")}
            </Empty>
          }
        />
      </Card>
      {done && done.length > 0 && (
        <Card title={r("done")} flush>
          <Table label={r("done")} columns={columns(now)} rows={done} rowKey={(one) => one.id} />
        </Card>
      )}
    </Page>
  );
}

function columns(now: number): readonly Column<Review>[] {
  return [
    {
      id: "title",
      title: t("title"),
      sort: (one) => one.title,
      cell: (one) => (
        <>
          <Link to="/awarding/reviews/$id" params={{ id: one.id }} className="link font-medium">
            {one.title}
          </Link>
          <span className="block text-sm text-soft">
            {one.programme} · {personWords(one.applicant)}
          </span>
        </>
      ),
    },
    { id: "tier", title: t("tier"), cell: (one) => one.tier },
    {
      id: "asked",
      title: t("asked"),
      right: true,
      sort: (one) => one.asked,
      cell: (one) => <Amount amount={one.asked} unit={one.unit} brief />,
    },
    {
      id: "state",
      title: t("state"),
      cell: (one) => (
        <span className="flex flex-wrap gap-1.5">
          <State kind="review" state={one.state} />
          {waits(one) && one.due_at <= now && <Badge tone="bad">{t("overdue")}</Badge>}
        </span>
      ),
    },
    {
      id: "due",
      title: t("due"),
      right: true,
      sort: (one) => one.due_at,
      cell: (one) => (waits(one) ? <When at={one.due_at} as="day" /> : null),
    },
  ];
}
