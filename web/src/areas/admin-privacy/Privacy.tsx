import { api } from "@/api/client";
import { useMay } from "@/api/hooks";
import { usePages } from "@/api/pages";
import { WITHDRAWALS, type Withdrawal } from "@/areas/me/privacy/lists";
import { Card, type Column, Empty, Page, Table, When } from "@/ui";
import { t } from "@/words/privacy";
import { Keeping } from "./Keeping";
import { LeaveToRead } from "./LeaveToRead";

/** How long people's chats are kept, whether models may learn from them, and who may read them. */
export function Privacy() {
  const mayLook = useMay("audit.read");
  return (
    <Page title={t("adminTitle")} about={t("adminAbout")}>
      <Keeping />
      {mayLook && <LeaveToRead />}
      {mayLook && <Withdrawals />}
    </Page>
  );
}

const COLUMNS: readonly Column<Withdrawal>[] = [
  { id: "when", title: t("withdrawalWhen"), cell: (one) => <When at={one.withdrawn_at} as="moment" /> },
  { id: "taker", title: t("withdrawalTaker"), cell: (one) => <span className="wrap-anywhere">{one.taker}</span> },
  {
    id: "consent",
    title: t("withdrawalConsent"),
    cell: (one) => <code className="wrap-anywhere">{one.consent_id}</code>,
  },
  { id: "documents", title: t("withdrawalDocuments"), right: true, cell: (one) => one.document_ids.length },
];

function Withdrawals() {
  const found = usePages(WITHDRAWALS, (after, signal) =>
    api.get("/v1/tokenry/training/withdrawals", { query: { after }, signal }),
  );
  return (
    <Card title={t("withdrawals")} about={t("withdrawalsAbout")} flush>
      <Table
        label={t("withdrawals")}
        columns={COLUMNS}
        rowKey={(one) => `${one.consent_id} ${one.taker}`}
        empty={<Empty title={t("withdrawalsNone")}>{t("withdrawalsNoneWhy")}</Empty>}
        {...found}
      />
    </Card>
  );
}
