import { Inbox } from "lucide-react";
import { useState } from "react";
import { api, type Gives } from "@/api/client";
import { useMay } from "@/api/hooks";
import { useAct, usePages } from "@/api/pages";
import { Badge, Button, Card, type Column, Empty, Select, Table, When } from "@/ui";
import { t } from "@/words/admin-news";
import { typeWords } from "../audit/looked";

type Delivery = Gives<"GET", "/v1/tokenry/deliveries">["data"][number];
type State = Delivery["state"];

export const DELIVERIES = ["deliveries"] as const;
const PAGE = 50;
const STATES: readonly State[] = ["waiting", "failed", "delivered"];
const TONES = { delivered: "good", failed: "bad", waiting: "act" } as const;

/** What was sent to whom, and how it went. */
export function Deliveries() {
  const mayWrite = useMay("webhooks.write");
  const [state, setState] = useState<State | null>(null);
  const found = usePages<Delivery>([...DELIVERIES, state], (after, signal) =>
    api.get("/v1/tokenry/deliveries", { query: { after: after ?? null, limit: PAGE, state }, signal }),
  );
  const columns: Column<Delivery>[] = [
    { id: "when", title: t("when"), cell: (one) => <When at={one.created_at} as="moment" /> },
    { id: "what", title: t("what"), cell: (one) => typeWords(one.type) },
    { id: "to", title: t("to"), cell: (one) => one.target },
    { id: "state", title: t("state"), cell: (one) => <How one={one} /> },
    {
      id: "again",
      title: t("again"),
      quiet: true,
      right: true,
      cell: (one) => mayWrite && one.state !== "waiting" && <Again one={one} />,
    },
  ];
  return (
    <Card
      flush
      title={t("deliveries")}
      actions={
        <div className="w-36">
          <Select
            aria-label={t("state")}
            value={state ?? ""}
            onChange={(event) => setState((event.target.value || null) as State | null)}
          >
            <option value="">{t("any")}</option>
            {STATES.map((one) => (
              <option key={one} value={one}>
                {t(`state.${one}`)}
              </option>
            ))}
          </Select>
        </div>
      }
    >
      <Table
        label={t("deliveries")}
        columns={columns}
        rowKey={(one) => one.id}
        empty={
          <Empty icon={<Inbox aria-hidden />} title={t("deliveriesNone")}>
            {t("deliveriesNoneWhy")}
          </Empty>
        }
        {...found}
      />
    </Card>
  );
}

function How({ one }: { one: Delivery }) {
  return (
    <>
      <Badge tone={TONES[one.state]}>{t(`state.${one.state}`)}</Badge>
      <span className="block text-sm text-soft">
        {t("attempts", { count: one.attempts })}
        {one.answer && `, ${one.answer}`}
        {one.state === "waiting" && one.next_at !== null && (
          <>
            , {t("nextTry")} <When at={one.next_at} />
          </>
        )}
      </span>
    </>
  );
}

function Again({ one }: { one: Delivery }) {
  const replay = useAct(
    () => api.post("/v1/tokenry/deliveries/{delivery_id}/replay", { path: { delivery_id: one.id } }),
    { stale: [DELIVERIES], said: () => t("sent") },
  );
  return (
    <Button
      size="small"
      look="quiet"
      busy={replay.isPending}
      aria-label={t("againOf", { type: typeWords(one.type), target: one.target })}
      onClick={() => replay.mutate()}
    >
      {t("again")}
    </Button>
  );
}
