import { KeyRound } from "lucide-react";
import { useState } from "react";
import { api, type Gives } from "@/api/client";
import { useMe } from "@/api/hooks";
import { useAct, usePages } from "@/api/pages";
import { Badge, Button, Card, type Column, Confirm, Empty, Table, When } from "@/ui";
import { t } from "@/words/people";
import { KEYS, type Project } from "../lists";
import { useMayIn } from "../projects/mine";
import { Accounts } from "./accounts";
import { NewKey } from "./new";

type Key = Gives<"GET", "/v1/organization/projects/{project_id}/api_keys/{api_key_id}">;

const WORKSPACE = "Workspace"; // how the one is called that pays for somebody's chats

/** The keys of a project that one sees: all of them, or one's own. */
export function KeysOf({ project }: { project: Project }) {
  const seesAccounts = useMayIn(project.id, "keys.read");
  return (
    <div className="flex flex-col gap-6">
      <PersonsKeys project={project} />
      {seesAccounts && <Accounts project={project} />}
    </div>
  );
}

function PersonsKeys({ project }: { project: Project }) {
  const me = useMe();
  const makes = useMayIn(project.id, "own_keys.write") && project.archived_at === null;
  const rules = useMayIn(project.id, "keys.write");
  const [making, setMaking] = useState(false);
  const [ending, setEnding] = useState<Key | null>(null);
  const path = { project_id: project.id };
  const queryKey = [...KEYS, project.id];
  const found = usePages<Key>(queryKey, (after, signal) =>
    api.get("/v1/organization/projects/{project_id}/api_keys", { path, query: { after, limit: 100 }, signal }),
  );
  const end = useAct(
    (one: Key) =>
      api.delete("/v1/organization/projects/{project_id}/api_keys/{api_key_id}", {
        path: { ...path, api_key_id: one.id },
      }),
    { stale: [queryKey], shows: true, said: (_, one) => t("keyRevoked", { name: one.name }) },
  );
  const columns: Column<Key>[] = [
    { id: "name", title: t("name"), cell: (one) => <Name of={one} />, sort: (one) => one.name },
    { id: "owner", title: t("owner"), cell: (one) => ownerOf(one), sort: ownerOf },
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
        rules || (makes && one.owner.user?.id === me.id) ? (
          <Button size="small" aria-label={`${t("keyRevoke")}: ${one.name}`} onClick={() => setEnding(one)}>
            {t("keyRevoke")}
          </Button>
        ) : null,
    },
  ];
  return (
    <Card
      flush
      title={t("keysOfPeople")}
      actions={
        makes && (
          <Button size="small" look="main" onClick={() => setMaking(true)}>
            {t("keyNew")}
          </Button>
        )
      }
    >
      <Table
        label={t("keys")}
        columns={columns}
        rowKey={(one) => one.id}
        sorted={{ id: "created", down: true }}
        empty={
          <Empty icon={<KeyRound aria-hidden />} title={t("keysNone")}>
            {t("keysNoneWhy")}
          </Empty>
        }
        {...found}
      />
      <NewKey project={project} open={making} onClose={() => setMaking(false)} />
      <Confirm
        open={ending !== null}
        onClose={() => setEnding(null)}
        title={t("keyRevokeAsk", { name: ending?.name ?? "" })}
        verb={t("keyRevoke")}
        act={async () => ending && end.mutateAsync(ending)}
      >
        <p>{t("keyRevokeWhy")}</p>
        {ending?.name === WORKSPACE && <p className="mt-3">{t("keyRevokeWorkspace")}</p>}
      </Confirm>
    </Card>
  );
}

function Name({ of }: { of: Key }) {
  return (
    <>
      {of.name} {of.owner_project_access === "inactive" && <Badge tone="bad">{t("keyCannot")}</Badge>}
      <code className="block font-mono text-soft text-xs">{of.redacted_value}</code>
    </>
  );
}

function ownerOf(key: Key): string {
  return key.owner.user?.name ?? key.owner.service_account?.name ?? t("keyOfProject");
}
