import { Badge, Card, type Column, Empty, Table } from "@/ui";
import { listed } from "@/words";
import { t } from "@/words/admin-health";
import { spanWords } from "../chart/layout";
import type { Breaker, Engine, Health } from "./data";

const TONES: Readonly<Record<string, "good" | "bad" | "act">> = { ready: "good", starting: "act", loading: "act" };

/** Each engine, and who is at work and waits there. */
export function Engines({ told }: { told: Health }) {
  const columns: Column<Engine>[] = [
    {
      id: "engine",
      title: t("engine"),
      cell: (one) => (
        <>
          {one.name}
          <span className="block text-sm text-soft">{one.dialect}</span>
        </>
      ),
    },
    { id: "state", title: t("state"), cell: (one) => <State one={one} /> },
    {
      id: "work",
      title: t("work"),
      right: true,
      cell: (one) => t("ofSlots", { running: sum(one.running), slots: one.slots }),
    },
    { id: "waiting", title: t("waiting"), right: true, cell: waiting },
  ];
  return (
    <Card title={t("engines")} about={t("enginesAbout")} flush>
      <Table
        label={t("engines")}
        columns={columns}
        rows={told.engines}
        rowKey={(one) => one.name}
        empty={<Empty title={t("enginesNone")} />}
      />
    </Card>
  );
}

function State({ one }: { one: Engine }) {
  return (
    <>
      <Badge tone={TONES[one.state] ?? "bad"}>{one.state}</Badge>
      {one.last_error && <span className="mt-1 block text-sm text-soft wrap-anywhere">{one.last_error}</span>}
    </>
  );
}

const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((all, one) => all + one, 0);

function waiting(one: Engine): string {
  const lines = Object.entries(one.waiting).filter(([, many]) => many > 0);
  if (lines.length === 0) return t("nobody");
  return listed(lines.map(([tier, many]) => t("waits", { count: many, tier })));
}

/** Which deployments are left alone after failures. */
export function Breakers({ told }: { told: Health }) {
  const columns: Column<Breaker>[] = [
    { id: "deployment", title: t("deployment"), cell: (one) => one.deployment },
    {
      id: "state",
      title: t("state"),
      cell: (one) => (
        <>
          <Badge tone={one.state === "closed" ? "good" : one.state === "open" ? "bad" : "act"}>{t(one.state)}</Badge>
          {one.state === "open" && one.reopens_in_s !== null && (
            <span className="mt-1 block text-sm text-soft">{t("again", { count: one.reopens_in_s })}</span>
          )}
        </>
      ),
    },
    { id: "last", title: t("lastFailure"), cell: lastFailure },
    { id: "first", title: t("firstToken"), right: true, cell: (one) => spanWords(one.first_token_ms) },
  ];
  if (told.breakers.length === 0) return null;
  return (
    <Card title={t("breakers")} about={t("breakersAbout")} flush>
      <Table label={t("breakers")} columns={columns} rows={told.breakers} rowKey={(one) => one.deployment} />
    </Card>
  );
}

function lastFailure(one: Breaker): string {
  if (one.last_failure === null) return "–";
  const why = one.last_failure.replaceAll("_", " ");
  return one.failures_in_row === 0 ? why : `${why}, ${t("failures", { count: one.failures_in_row })}`;
}
