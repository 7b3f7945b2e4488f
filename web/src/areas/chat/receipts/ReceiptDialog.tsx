/** The receipt behind an answer: every figure of it, and what each means. */
import { useQuery } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { RequestReceipt } from "@/api/schema";
import { Dialog, ErrorNote, Skeleton } from "@/ui";
import { t } from "@/words/chat-receipt";
import { keys } from "../model/api";
import type { Message } from "../model/types";
import { standingQuery } from "../money/api";
import { Receipt } from "./Receipt";

type Props = { message: Message; onClose: () => void };

export default function ReceiptDialog({ message, onClose }: Props) {
  return (
    <Dialog open onClose={onClose} title={t("receipt")} about={t("receipt.about")} wide>
      <Body message={message} />
    </Dialog>
  );
}

function Body({ message }: { message: Message }) {
  const path = { chat_id: message.chat_id, message_id: message.id };
  const { data, error, refetch } = useQuery({
    queryKey: keys.receipts(message.chat_id, message.id),
    queryFn: ({ signal }) => api.get("/v1/tokenry/chats/{chat_id}/messages/{message_id}/receipts", { path, signal }),
  });
  const names = useAccountNames(data?.data[0]?.project_id ?? null);
  if (error) return <ErrorNote error={error} again={() => void refetch()} />;
  if (!data) return <Skeleton className="h-40" />;
  const receipts: readonly RequestReceipt[] = data.data;
  if (receipts.length === 0) return <p className="text-soft">{t("receipt.none")}</p>;
  return receipts.map((receipt, at) => (
    <section key={receipt.id} className={at ? "mt-6 border-t pt-6" : undefined}>
      {receipts.length > 1 && (
        <h3 className="mb-3 text-base">{t("receipt.part", { number: at + 1, of: receipts.length })}</h3>
      )}
      <Receipt receipt={receipt} names={names} seen={message.seen_by ?? []} />
    </section>
  ));
}

/** Of the accounts that one sees what is left of. */
function useAccountNames(projectId: string | null): ReadonlyMap<string, string> {
  const { data } = useQuery({ ...standingQuery(projectId), enabled: projectId !== null });
  const named: [string, string][] = [];
  for (const award of data?.awards ?? []) named.push([award.id, award.name]);
  for (const budget of data?.budgets ?? []) if (budget.scope_name) named.push([budget.id, budget.scope_name]);
  return new Map(named);
}
