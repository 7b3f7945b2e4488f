import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeft, Download } from "lucide-react";
import { api } from "@/api/client";
import { Button, ErrorNote, momentWords, Page, Skeleton } from "@/ui";
import { t } from "@/words/admin-receipt";
import type { Scope } from "../dashboard/data";
import { saveJson } from "../save";
import { Full } from "./full";

export function ReceiptPage() {
  const { id } = useParams({ from: "/admin/receipts/$id" });
  return <One id={id} scope="all" />;
}

export function MyReceiptPage() {
  const { id } = useParams({ from: "/me/receipts/$id" });
  return <One id={id} scope="mine" />;
}

/** One receipt in full. */
function One({ id, scope }: { id: string; scope: Scope }) {
  const found = useQuery({
    queryKey: ["receipt", id],
    queryFn: ({ signal }) => api.get("/v1/tokenry/requests/{request_id}", { path: { request_id: id }, signal }),
    staleTime: Number.POSITIVE_INFINITY, // nothing of a receipt ever changes
  });
  const receipt = found.data;
  const save = receipt && (
    <Button icon={<Download aria-hidden className="size-4" />} onClick={() => saveJson(receipt, `${receipt.id}.json`)}>
      {t("json")}
    </Button>
  );
  return (
    <Page
      narrow
      title={receipt ? t("receiptOf", { when: momentWords(Date.parse(receipt.at) / 1000) }) : t("receipt")}
      about={<Back scope={scope} />}
      actions={save}
    >
      {found.error && <ErrorNote error={found.error} again={() => void found.refetch()} />}
      {found.isPending && <Skeleton className="h-96" />}
      {receipt && <Full receipt={receipt} />}
    </Page>
  );
}

function Back({ scope }: { scope: Scope }) {
  return (
    <Link to={scope === "all" ? "/admin/receipts" : "/me/receipts"} className="link inline-flex items-center gap-1.5">
      <ArrowLeft aria-hidden className="size-4" />
      {t("back")}
    </Link>
  );
}
