import { Link } from "@tanstack/react-router";
import { Share2 } from "lucide-react";
import { useState } from "react";
import { Button, Card, type Column, CopyButton, Empty, Page, Table, When } from "@/ui";
import { t } from "@/words/library";
import { linkOf, type Share, useShares } from "../lists";
import { WithdrawShare } from "./WithdrawShare";

/** What one shows to one's organization. */
export function Shares() {
  const found = useShares();
  const [asked, setAsked] = useState<Share | null>(null);
  const columns: Column<Share>[] = [
    {
      id: "title",
      title: t("sharesWhat"),
      sort: (one) => one.title,
      cell: (one) => (
        <Link to="/shared/$id" params={{ id: one.id }} className="link">
          {one.title || t("untitled")}
        </Link>
      ),
    },
    {
      id: "when",
      title: t("sharesWhen"),
      sort: (one) => one.created_at,
      cell: (one) => <When at={one.created_at} as="day" />,
    },
    {
      id: "acts",
      title: t("more"),
      quiet: true,
      right: true,
      cell: (one) => (
        <span className="inline-flex items-center gap-1">
          <CopyButton text={linkOf(one.id)} label={t("shareLink")} />
          <Button size="small" look="bad" onClick={() => setAsked(one)}>
            {t("shareWithdraw")}
          </Button>
        </span>
      ),
    },
  ];
  return (
    <Page title={t("shares")} about={t("sharesAbout")}>
      <Card flush>
        <Table
          label={t("shares")}
          columns={columns}
          rows={found.data}
          rowKey={(one) => one.id}
          sorted={{ id: "when", down: true }}
          loading={found.isPending}
          error={found.error}
          again={() => void found.refetch()}
          empty={
            <Empty icon={<Share2 aria-hidden />} title={t("sharesNone")}>
              {t("sharesNoneWhy")}
            </Empty>
          }
        />
      </Card>
      {asked && <WithdrawShare share={asked} onClose={() => setAsked(null)} />}
    </Page>
  );
}
