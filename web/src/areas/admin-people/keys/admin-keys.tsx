import { ShieldCheck } from "lucide-react";
import { useState } from "react";
import { api, type Gives } from "@/api/client";
import { useMay } from "@/api/hooks";
import { useAct, usePages } from "@/api/pages";
import { Button, Card, type Column, Confirm, Dialog, Empty, ErrorNote, Field, Input, Table, When } from "@/ui";
import { t } from "@/words/people";
import { KEYS } from "../lists";
import { type Life, LifeField, lifeSeconds } from "./life";
import { ToldOnce } from "./told-once";

type Key = Gives<"GET", "/v1/organization/admin_api_keys/{key_id}">;
const ADMIN = [...KEYS, "admin"] as const;

/** Keys that administer, with the roles of whoever made them. */
export function AdminKeys() {
  const mayWrite = useMay("admin_keys.write");
  const [making, setMaking] = useState(false);
  const [ending, setEnding] = useState<Key | null>(null);
  const [value, setValue] = useState<string | null>(null);
  const found = usePages<Key>(ADMIN, (after, signal) =>
    api.get("/v1/organization/admin_api_keys", { query: { after, limit: 100 }, signal }),
  );
  const end = useAct(
    (one: Key) => api.delete("/v1/organization/admin_api_keys/{key_id}", { path: { key_id: one.id } }),
    {
      stale: [ADMIN],
      shows: true,
      said: (_, one) => t("keyRevoked", { name: one.name }),
    },
  );
  const columns: Column<Key>[] = [
    {
      id: "name",
      title: t("name"),
      sort: (one) => one.name,
      cell: (one) => (
        <>
          {one.name}
          <code className="block font-mono text-soft text-xs">{one.redacted_value}</code>
        </>
      ),
    },
    { id: "owner", title: t("owner"), cell: (one) => one.owner.name, sort: (one) => one.owner.name },
    {
      id: "created",
      title: t("created"),
      cell: (one) => <When at={one.created_at} as="day" />,
      sort: (one) => one.created_at,
    },
    {
      id: "ends",
      title: t("ends"),
      cell: (one) => (one.expires_at === null ? t("never") : <When at={one.expires_at} as="day" />),
      sort: (one) => one.expires_at,
    },
    {
      id: "acts",
      title: t("actions"),
      quiet: true,
      right: true,
      cell: (one) =>
        mayWrite ? (
          <Button size="small" aria-label={`${t("keyRevoke")}: ${one.name}`} onClick={() => setEnding(one)}>
            {t("keyRevoke")}
          </Button>
        ) : null,
    },
  ];
  return (
    <Card
      flush
      title={t("adminKeys")}
      about={t("adminKeysAbout")}
      actions={
        mayWrite && (
          <Button size="small" onClick={() => setMaking(true)}>
            {t("adminKeyNew")}
          </Button>
        )
      }
    >
      <Table
        label={t("adminKeys")}
        columns={columns}
        rowKey={(one) => one.id}
        sorted={{ id: "created", down: true }}
        empty={
          <Empty icon={<ShieldCheck aria-hidden />} title={t("adminKeysNone")}>
            {t("adminKeysNoneWhy")}
          </Empty>
        }
        {...found}
      />
      {making && (
        <NewAdminKey
          onClose={() => setMaking(false)}
          onMade={(made) => {
            setMaking(false);
            setValue(made);
          }}
        />
      )}
      <ToldOnce open={value !== null} onClose={() => setValue(null)} title={t("keyMade")} value={value ?? ""} />
      <Confirm
        open={ending !== null}
        onClose={() => setEnding(null)}
        title={t("keyRevokeAsk", { name: ending?.name ?? "" })}
        verb={t("keyRevoke")}
        act={async () => ending && end.mutateAsync(ending)}
      >
        {t("keyRevokeWhy")}
      </Confirm>
    </Card>
  );
}

function NewAdminKey({ onClose, onMade }: { onClose(): void; onMade(value: string): void }) {
  const [name, setName] = useState("");
  const [life, setLife] = useState<Life>("90");
  const make = useAct(
    () =>
      api.post("/v1/organization/admin_api_keys", {
        body: { name: name.trim(), expires_in_seconds: lifeSeconds(life) },
      }),
    { stale: [ADMIN], shows: true, next: (made) => onMade(made.value) },
  );
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("adminKeyNew")}
      about={t("adminKeysAbout")}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="main" type="submit" form="new-admin-key" busy={make.isPending}>
            {t("keyMake")}
          </Button>
        </>
      }
    >
      <form
        id="new-admin-key"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <Field label={t("keyName")} hint={t("keyNameHint")}>
          <Input
            required
            maxLength={100}
            autoComplete="off"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <LifeField value={life} onChange={setLife} />
        {make.error && <ErrorNote error={make.error} />}
      </form>
    </Dialog>
  );
}
