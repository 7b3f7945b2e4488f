import { Bot } from "lucide-react";
import { useState } from "react";
import { api, type Gives } from "@/api/client";
import { useAct, usePages } from "@/api/pages";
import { Button, Card, type Column, Confirm, Dialog, Empty, ErrorNote, Field, Input, Table, When } from "@/ui";
import { t } from "@/words/people";
import { KEYS, type Project } from "../lists";
import { useMayIn } from "../projects/mine";
import { type Life, LifeField, lifeSeconds } from "./life";
import { ToldOnce } from "./told-once";

type Account = Gives<"GET", "/v1/organization/projects/{project_id}/service_accounts/{service_account_id}">;

/** The service accounts of a project, each with its keys. */
export function Accounts({ project }: { project: Project }) {
  const mayWrite = useMayIn(project.id, "keys.write") && project.archived_at === null;
  const [making, setMaking] = useState(false);
  const [deleting, setDeleting] = useState<Account | null>(null);
  const [value, setValue] = useState<string | null>(null);
  const path = { project_id: project.id };
  const queryKey = [...KEYS, project.id, "accounts"];
  const found = usePages<Account>(queryKey, (after, signal) =>
    api.get("/v1/organization/projects/{project_id}/service_accounts", { path, query: { after, limit: 100 }, signal }),
  );
  const one = (account: Account) => ({ ...path, service_account_id: account.id });
  const base = "/v1/organization/projects/{project_id}/service_accounts/{service_account_id}";
  const remove = useAct((account: Account) => api.delete(base, { path: one(account) }), {
    stale: [[...KEYS, project.id]],
    shows: true,
    said: (_, account) => t("accountDeleted", { name: account.name }),
  });
  const another = useAct((account: Account) => api.post(`${base}/api_keys`, { path: one(account), body: {} }), {
    stale: [[...KEYS, project.id]],
    next: (made) => setValue(made.value),
  });
  const columns: Column<Account>[] = [
    { id: "name", title: t("name"), cell: (account) => account.name, sort: (account) => account.name },
    { id: "role", title: t("role"), cell: (account) => account.role, sort: (account) => account.role },
    {
      id: "created",
      title: t("created"),
      cell: (account) => <When at={account.created_at} as="day" />,
      sort: (account) => account.created_at,
    },
    {
      id: "acts",
      title: t("actions"),
      quiet: true,
      right: true,
      cell: (account) =>
        mayWrite ? (
          <span className="flex flex-wrap justify-end gap-2">
            <Button
              size="small"
              aria-label={`${t("accountKey")}: ${account.name}`}
              onClick={() => another.mutate(account)}
            >
              {t("accountKey")}
            </Button>
            <Button
              size="small"
              aria-label={`${t("accountDelete")}: ${account.name}`}
              onClick={() => setDeleting(account)}
            >
              {t("accountDelete")}
            </Button>
          </span>
        ) : null,
    },
  ];
  return (
    <Card
      flush
      title={t("accounts")}
      about={t("accountsAbout")}
      actions={
        mayWrite && (
          <Button size="small" onClick={() => setMaking(true)}>
            {t("accountNew")}
          </Button>
        )
      }
    >
      <Table
        label={t("accounts")}
        columns={columns}
        rowKey={(account) => account.id}
        sorted={{ id: "name", down: false }}
        empty={
          <Empty icon={<Bot aria-hidden />} title={t("accountsNone")}>
            {t("accountsNoneWhy")}
          </Empty>
        }
        {...found}
      />
      {making && (
        <NewAccount
          project={project}
          onClose={() => setMaking(false)}
          onMade={(made) => {
            setMaking(false);
            setValue(made);
          }}
        />
      )}
      <ToldOnce open={value !== null} onClose={() => setValue(null)} title={t("keyMade")} value={value ?? ""} />
      <Confirm
        open={deleting !== null}
        onClose={() => setDeleting(null)}
        title={t("accountDeleteAsk", { name: deleting?.name ?? "" })}
        verb={t("accountDelete")}
        act={async () => deleting && remove.mutateAsync(deleting)}
      >
        {t("accountDeleteWhy")}
      </Confirm>
    </Card>
  );
}

function NewAccount({ project, onClose, onMade }: { project: Project; onClose(): void; onMade(value: string): void }) {
  const [name, setName] = useState("");
  const [life, setLife] = useState<Life>("365");
  const make = useAct(
    () =>
      api.post("/v1/organization/projects/{project_id}/service_accounts", {
        path: { project_id: project.id },
        body: { name: name.trim(), expires_in_seconds: lifeSeconds(life) },
      }),
    { stale: [[...KEYS, project.id]], shows: true, next: (made) => made.api_key && onMade(made.api_key.value) },
  );
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("accountNew")}
      about={t("accountsAbout")}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="main" type="submit" form="new-account" busy={make.isPending}>
            {t("accountMake")}
          </Button>
        </>
      }
    >
      <form
        id="new-account"
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
