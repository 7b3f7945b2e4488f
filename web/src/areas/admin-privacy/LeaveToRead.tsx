import { Link } from "@tanstack/react-router";
import { EyeOff } from "lucide-react";
import { useState } from "react";
import { api } from "@/api/client";
import { useMay, useMe } from "@/api/hooks";
import { useAct, usePages } from "@/api/pages";
import { GRANTS, type Grant } from "@/areas/me/privacy/lists";
import { Badge, Button, buttonClass, Card, type Column, Confirm, Empty, Table, When } from "@/ui";
import { t } from "@/words/privacy";
import { GiveLeave } from "./GiveLeave";

/** Leave to read a member's chats: all that was ever given. */
export function LeaveToRead() {
  const me = useMe();
  const mayGive = useMay("owners.write");
  const [giving, setGiving] = useState(false);
  const [ending, setEnding] = useState<Grant | null>(null);
  const found = usePages(GRANTS, (after, signal) =>
    api.get("/v1/tokenry/content_grants", { query: { after }, signal }),
  );
  const columns: Column<Grant>[] = [
    { id: "reader", title: t("grantReader"), cell: (one) => one.reader ?? t("somebody") },
    { id: "user", title: t("leaveUser"), cell: (one) => one.user ?? t("somebody") },
    { id: "reason", title: t("grantReason"), cell: (one) => <span className="wrap-anywhere">{one.reason}</span> },
    { id: "state", title: t("leaveState"), cell: (one) => <State grant={one} /> },
    {
      id: "acts",
      title: t("leaveRead"),
      quiet: true,
      right: true,
      cell: (one) =>
        one.stands && (
          <span className="inline-flex gap-2">
            {one.reader_id === me.id && (
              <Link to="/admin/reading/$id" params={{ id: one.id }} className={buttonClass("plain", "small")}>
                {t("leaveRead")}
              </Link>
            )}
            {mayGive && (
              <Button size="small" look="bad" onClick={() => setEnding(one)}>
                {t("leaveEnd")}
              </Button>
            )}
          </span>
        ),
    },
  ];
  const give = mayGive && <Button onClick={() => setGiving(true)}>{t("leaveGive")}</Button>;
  return (
    <Card title={t("leave")} about={t("leaveAbout")} actions={give} flush>
      <Table
        label={t("leave")}
        columns={columns}
        rowKey={(one) => one.id}
        empty={
          <Empty icon={<EyeOff aria-hidden />} title={t("leaveNone")}>
            {t("leaveNoneWhy")}
          </Empty>
        }
        {...found}
      />
      {giving && <GiveLeave onClose={() => setGiving(false)} />}
      {ending && <EndLeave grant={ending} onClose={() => setEnding(null)} />}
    </Card>
  );
}

function State({ grant }: { grant: Grant }) {
  return (
    <span className="inline-flex flex-col gap-1 max-sm:items-end">
      <span>
        <Badge tone={grant.stands ? "bad" : "plain"}>
          {grant.stands ? t("leaveStands") : grant.withdrawn_at === null ? t("leaveOver") : t("leaveWithdrawn")}
        </Badge>
      </span>
      <span className="text-sm text-soft">
        <When at={grant.withdrawn_at ?? grant.expires_at} as="moment" />
      </span>
    </span>
  );
}

function EndLeave({ grant, onClose }: { grant: Grant; onClose(): void }) {
  const end = useAct(() => api.delete("/v1/tokenry/content_grants/{grant_id}", { path: { grant_id: grant.id } }), {
    stale: [GRANTS],
    shows: true,
    said: () => t("leaveEnded"),
  });
  const names = { reader: grant.reader ?? t("somebody"), user: grant.user ?? t("somebody") };
  return (
    <Confirm open onClose={onClose} title={t("leaveEndAsk", names)} verb={t("leaveEnd")} act={() => end.mutateAsync()}>
      {t("leaveEndWhy")}
    </Confirm>
  );
}
