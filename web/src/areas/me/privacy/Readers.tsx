import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Badge, Card, type Column, ErrorNote, Skeleton, Table, When } from "@/ui";
import { t } from "@/words/privacy";
import { type Access, accessesQuery, type Grant } from "./lists";

const GRANT_COLUMNS: readonly Column<Grant>[] = [
  {
    id: "reader",
    title: t("grantReader"),
    cell: (one) => (
      <span className="inline-flex flex-wrap items-center gap-2">
        {one.reader ?? t("somebody")}
        <Badge tone={one.stands ? "bad" : "plain"}>{one.stands ? t("grantStands") : t("grantOver")}</Badge>
      </span>
    ),
  },
  { id: "reason", title: t("grantReason"), cell: (one) => <span className="wrap-anywhere">{one.reason}</span> },
  { id: "by", title: t("grantBy"), cell: (one) => one.granted_by_name ?? t("somebody") },
  {
    id: "when",
    title: t("grantWhen"),
    cell: (one) => (
      <span className="inline-flex flex-col max-sm:items-end">
        <When at={one.granted_at} as="day" />
        <When at={one.withdrawn_at ?? one.expires_at} as="day" />
      </span>
    ),
  },
];

const ACCESS_COLUMNS: readonly Column<Access>[] = [
  { id: "when", title: t("accessWhen"), cell: (one) => <When at={one.at} as="moment" />, sort: (one) => one.at },
  { id: "who", title: t("accessWho"), cell: (one) => one.reader ?? t("somebody") },
  {
    id: "what",
    title: t("accessWhat"),
    cell: (one) =>
      one.chat_id === null ? (
        t("accessList")
      ) : (
        <Link to="/chat/$id" params={{ id: one.chat_id }} className="link">
          {t("accessChat")}
        </Link>
      ),
  },
];

/** Who may read one's chats, and who did. */
export function Readers() {
  const found = useQuery(accessesQuery);
  const { grants = [], accesses = [] } = found.data ?? {};
  return (
    <Card title={t("who")}>
      <div className="flex flex-col gap-3">
        <p>{t("whoAbout")}</p>
        <p className="text-[0.9375rem] text-soft">{t("whoProvider")}</p>
        <p className="text-[0.9375rem] text-soft">{t("whoMachine")}</p>
        {found.error && <ErrorNote error={found.error} again={() => void found.refetch()} />}
        {found.isPending && <Skeleton className="h-8" />}
        {found.data && grants.length === 0 && <p className="font-medium">{t("grantsNone")}</p>}
        {grants.length > 0 && (
          <div className="-mx-4 border-t sm:-mx-5">
            <h3 className="px-4 pt-3 text-[0.9375rem] sm:px-5">{t("grants")}</h3>
            <Table label={t("grants")} columns={GRANT_COLUMNS} rows={grants} rowKey={(one) => one.id} />
            <h3 className="border-t px-4 pt-3 text-[0.9375rem] sm:px-5">{t("accesses")}</h3>
            <Table
              label={t("accesses")}
              columns={ACCESS_COLUMNS}
              rows={accesses}
              rowKey={(one) => one.id}
              empty={<p className="px-4 py-3 sm:px-5">{t("accessesNone")}</p>}
            />
          </div>
        )}
      </div>
    </Card>
  );
}
