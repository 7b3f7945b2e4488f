import { Ellipsis, KeyRound, Plus, Power, Send, Webhook as Sign, Trash2 } from "lucide-react";
import { useState } from "react";
import { api, type Gives } from "@/api/client";
import { useMay } from "@/api/hooks";
import { useAct, usePages } from "@/api/pages";
import {
  Badge,
  Button,
  Card,
  type Column,
  Confirm,
  Empty,
  IconButton,
  Menu,
  MenuItem,
  MenuLine,
  Table,
  When,
} from "@/ui";
import { listed } from "@/words";
import { t } from "@/words/admin-news";
import { AddDialog } from "./add";
import { DELIVERIES } from "./deliveries";
import { SecretDialog } from "./secret";

export type Webhook = Gives<"GET", "/v1/tokenry/webhooks">["data"][number];

const WEBHOOKS = ["webhooks"] as const;
const PAGE = 50;

/** Addresses that are called when there is news. */
export function Webhooks() {
  const mayWrite = useMay("webhooks.write");
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const [removing, setRemoving] = useState<Webhook | null>(null);
  const found = usePages<Webhook>(WEBHOOKS, (after, signal) =>
    api.get("/v1/tokenry/webhooks", { query: { after: after ?? null, limit: PAGE }, signal }),
  );
  const columns: Column<Webhook>[] = [
    {
      id: "url",
      title: t("url"),
      cell: (one) => (
        <>
          {one.url}
          <span className="block text-sm text-soft">{one.types === null ? t("all") : listed(one.types)}</span>
        </>
      ),
    },
    {
      id: "state",
      title: t("state"),
      cell: (one) => <Badge tone={one.enabled ? "good" : "plain"}>{one.enabled ? t("on") : t("off")}</Badge>,
    },
    { id: "since", title: t("since"), cell: (one) => <When at={one.created_at} as="day" /> },
    {
      id: "acts",
      title: t("acts"),
      quiet: true,
      right: true,
      cell: (one) => mayWrite && <Acts one={one} onSecret={setSecret} onRemove={() => setRemoving(one)} />,
    },
  ];
  return (
    <Card
      flush
      title={t("webhooks")}
      actions={
        mayWrite && (
          <Button size="small" icon={<Plus aria-hidden className="size-4" />} onClick={() => setAdding(true)}>
            {t("add")}
          </Button>
        )
      }
    >
      <Table
        label={t("webhooks")}
        columns={columns}
        rowKey={(one) => one.id}
        empty={
          <Empty icon={<Sign aria-hidden />} title={t("none")}>
            {t("noneWhy")}
          </Empty>
        }
        {...found}
      />
      <AddDialog open={adding} onClose={() => setAdding(false)} stale={[WEBHOOKS]} onMade={setSecret} />
      <SecretDialog secret={secret} onClose={() => setSecret(null)} />
      <Remove one={removing} onClose={() => setRemoving(null)} />
    </Card>
  );
}

interface ActsProps {
  one: Webhook;
  onSecret(secret: string): void;
  onRemove(): void;
}

function Acts({ one, onSecret, onRemove }: ActsProps) {
  const path = { webhook_id: one.id };
  const turn = useAct(() => api.post("/v1/tokenry/webhooks/{webhook_id}", { path, body: { enabled: !one.enabled } }), {
    stale: [WEBHOOKS],
  });
  const test = useAct(() => api.post("/v1/tokenry/webhooks/{webhook_id}/test", { path }), {
    stale: [DELIVERIES],
    said: () => t("tested"),
  });
  const rotate = useAct(() => api.post("/v1/tokenry/webhooks/{webhook_id}/rotate_secret", { path }), {
    stale: [WEBHOOKS],
    next: (made) => onSecret(made.secret),
  });
  return (
    <Menu
      trigger={
        <IconButton label={t("actsOf", { url: one.url })}>
          <Ellipsis aria-hidden />
        </IconButton>
      }
    >
      <MenuItem icon={<Send aria-hidden />} onSelect={() => test.mutate()}>
        {t("test")}
      </MenuItem>
      <MenuItem icon={<Power aria-hidden />} onSelect={() => turn.mutate()}>
        {one.enabled ? t("turnOff") : t("turnOn")}
      </MenuItem>
      <MenuItem icon={<KeyRound aria-hidden />} onSelect={() => rotate.mutate()}>
        {t("rotate")}
      </MenuItem>
      <MenuLine />
      <MenuItem bad icon={<Trash2 aria-hidden />} onSelect={onRemove}>
        {t("remove")}
      </MenuItem>
    </Menu>
  );
}

function Remove({ one, onClose }: { one: Webhook | null; onClose(): void }) {
  const remove = useAct((id: string) => api.delete("/v1/tokenry/webhooks/{webhook_id}", { path: { webhook_id: id } }), {
    stale: [WEBHOOKS],
    shows: true,
    said: () => t("removed"),
  });
  return (
    <Confirm
      open={one !== null}
      onClose={onClose}
      title={t("removeTitle", { url: one?.url ?? "" })}
      verb={t("remove")}
      act={async () => one && (await remove.mutateAsync(one.id))}
    >
      {t("removeWhy")}
    </Confirm>
  );
}
