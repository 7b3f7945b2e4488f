import { Link, useNavigate } from "@tanstack/react-router";
import { UsersRound } from "lucide-react";
import { useState } from "react";
import { api } from "@/api/client";
import { useMay } from "@/api/hooks";
import { useAct } from "@/api/pages";
import { Button, Card, type Column, Dialog, Empty, ErrorNote, Field, Input, Page, Table, When } from "@/ui";
import { t } from "@/words/people";
import { GroupSelect } from "../choices";
import { GROUPS, type Group, useGroups } from "../lists";

export function Groups() {
  const mayWrite = useMay("groups.write");
  const [making, setMaking] = useState(false);
  const found = useGroups();
  const names = new Map(found.data?.map((one) => [one.id, one.name]));
  const columns: Column<Group>[] = [
    {
      id: "name",
      title: t("name"),
      sort: (one) => one.name,
      cell: (one) => (
        <Link to="/admin/groups/$id" params={{ id: one.id }} className="link">
          {one.name}
        </Link>
      ),
    },
    {
      id: "parent",
      title: t("groupWithin"),
      sort: (one) => names.get(one.parent_id ?? "") ?? null,
      cell: (one) => names.get(one.parent_id ?? "") ?? "–",
    },
    {
      id: "created",
      title: t("created"),
      cell: (one) => <When at={one.created_at} as="day" />,
      sort: (one) => one.created_at,
    },
  ];
  const make = mayWrite && (
    <Button look="main" onClick={() => setMaking(true)}>
      {t("groupNew")}
    </Button>
  );
  return (
    <Page title={t("groups")} about={t("groupsAbout")} actions={make}>
      <Card flush>
        <Table
          label={t("groups")}
          columns={columns}
          rows={found.data}
          rowKey={(one) => one.id}
          sorted={{ id: "name", down: false }}
          loading={found.isPending}
          error={found.error}
          again={() => void found.refetch()}
          empty={
            <Empty icon={<UsersRound aria-hidden />} title={t("groupsNone")}>
              {t("groupsNoneWhy")}
            </Empty>
          }
        />
      </Card>
      <NewGroup open={making} onClose={() => setMaking(false)} />
    </Page>
  );
}

function NewGroup({ open, onClose }: { open: boolean; onClose(): void }) {
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [parent, setParent] = useState("");
  const make = useAct(
    () => api.post("/v1/organization/groups", { body: { name: name.trim(), parent_id: parent || null } }),
    {
      stale: [GROUPS],
      shows: true,
      said: (made) => t("groupMade", { name: made.name }),
      next: (made) => void navigate({ to: "/admin/groups/$id", params: { id: made.id } }),
    },
  );
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t("groupNew")}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="main" type="submit" form="new-group" busy={make.isPending}>
            {t("groupNew")}
          </Button>
        </>
      }
    >
      <form
        id="new-group"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <Field label={t("name")}>
          <Input required maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label={t("groupWithin")}>
          <GroupSelect value={parent} onChange={setParent} none={t("groupWithinNone")} />
        </Field>
        {make.error && <ErrorNote error={make.error} />}
      </form>
    </Dialog>
  );
}
