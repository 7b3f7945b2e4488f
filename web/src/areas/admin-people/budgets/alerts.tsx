import { BellRing } from "lucide-react";
import { useState } from "react";
import { api, type Gives } from "@/api/client";
import { useMay } from "@/api/hooks";
import { useAct, usePages } from "@/api/pages";
import {
  Button,
  Card,
  type Column,
  Confirm,
  Dialog,
  Empty,
  ErrorNote,
  Field,
  Input,
  Money,
  moneyWords,
  nanoOf,
  Table,
} from "@/ui";
import { t } from "@/words/people";
import { BUDGETS } from "../lists";

type Alert = Gives<"GET", "/v1/organization/spend_alerts/{alert_id}">;
const ALERTS = [...BUDGETS, "alerts"] as const;
const NANO_PER_CENT = 10_000_000n;

function nanoOfCents(cents: number): bigint {
  return BigInt(cents) * NANO_PER_CENT;
}

/** Alerts on a month's spending: they tell, and limit nothing. */
export function Alerts() {
  const mayWrite = useMay("limits.write");
  const [making, setMaking] = useState(false);
  const [going, setGoing] = useState<Alert | null>(null);
  const found = usePages<Alert>(ALERTS, (after, signal) =>
    api.get("/v1/organization/spend_alerts", { query: { after, limit: 100 }, signal }),
  );
  const remove = useAct(
    (one: Alert) => api.delete("/v1/organization/spend_alerts/{alert_id}", { path: { alert_id: one.id } }),
    { stale: [ALERTS], shows: true, said: () => t("alertDeleted") },
  );
  const columns: Column<Alert>[] = [
    {
      id: "amount",
      title: t("alertAmount"),
      cell: (one) => <Money nanousd={nanoOfCents(one.threshold_amount)} />,
      sort: (one) => one.threshold_amount,
    },
    { id: "whom", title: t("alertWhom"), cell: (one) => one.notification_channel.recipients.join(", ") },
    {
      id: "acts",
      title: t("actions"),
      quiet: true,
      right: true,
      cell: (one) =>
        mayWrite ? (
          <Button size="small" onClick={() => setGoing(one)}>
            {t("alertDelete")}
          </Button>
        ) : null,
    },
  ];
  return (
    <Card
      flush
      title={t("alerts")}
      about={t("alertsAbout")}
      actions={
        mayWrite && (
          <Button size="small" onClick={() => setMaking(true)}>
            {t("alertNew")}
          </Button>
        )
      }
    >
      <Table
        label={t("alerts")}
        columns={columns}
        rowKey={(one) => one.id}
        sorted={{ id: "amount", down: false }}
        empty={
          <Empty icon={<BellRing aria-hidden />} title={t("alertsNone")}>
            {t("alertsNoneWhy")}
          </Empty>
        }
        {...found}
      />
      {making && <NewAlert onClose={() => setMaking(false)} />}
      <Confirm
        open={going !== null}
        onClose={() => setGoing(null)}
        title={t("alertDeleteAsk", { amount: moneyWords(nanoOfCents(going?.threshold_amount ?? 0)) })}
        verb={t("alertDelete")}
        act={async () => going && remove.mutateAsync(going)}
      >
        {t("alertDeleteWhy")}
      </Confirm>
    </Card>
  );
}

function NewAlert({ onClose }: { onClose(): void }) {
  const [amount, setAmount] = useState("");
  const [whom, setWhom] = useState("");
  const [tried, setTried] = useState(false);
  const nano = nanoOf(amount);
  const cents = nano !== null && nano > 0n && nano % NANO_PER_CENT === 0n ? Number(nano / NANO_PER_CENT) : null;
  const recipients = whom.split(/[\s,;]+/).filter(Boolean);
  const make = useAct(
    () =>
      api.post("/v1/organization/spend_alerts", {
        body: {
          currency: "USD",
          interval: "month",
          threshold_amount: cents ?? 0,
          notification_channel: { type: "email", recipients },
        },
      }),
    { stale: [ALERTS], shows: true, said: () => t("alertMade"), next: onClose },
  );
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("alertNew")}
      about={t("alertsAbout")}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="main" type="submit" form="new-alert" busy={make.isPending}>
            {t("alertNew")}
          </Button>
        </>
      }
    >
      <form
        id="new-alert"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (cents !== null && recipients.length > 0) make.mutate();
        }}
      >
        <Field
          label={t("alertAmount")}
          hint={t("alertAmountHint")}
          error={tried && cents === null && t("alertAmountWrong")}
        >
          <Input inputMode="decimal" required value={amount} onChange={(event) => setAmount(event.target.value)} />
        </Field>
        <Field label={t("alertWhom")} hint={t("alertWhomHint")}>
          <Input required value={whom} onChange={(event) => setWhom(event.target.value)} />
        </Field>
        {make.error && <ErrorNote error={make.error} />}
      </form>
    </Dialog>
  );
}
