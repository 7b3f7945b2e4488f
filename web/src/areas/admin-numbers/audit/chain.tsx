import { useQuery } from "@tanstack/react-query";
import { Link2, Link2Off } from "lucide-react";
import { api } from "@/api/client";
import { Button, cx, ErrorNote, Spinner, When } from "@/ui";
import { t } from "@/words/admin-audit";

/** Whether each row follows from the one before it, computed anew when one comes here. */
export function Chain() {
  const found = useQuery({
    queryKey: ["audit-chain"],
    queryFn: ({ signal }) => api.get("/v1/tokenry/audit_log/verification", { signal }),
    refetchOnWindowFocus: false,
    staleTime: 60_000,
  });
  if (found.error) return <ErrorNote error={found.error} again={() => void found.refetch()} />;
  const told = found.data;
  if (!told) {
    return (
      <p role="status" className="flex items-center gap-2 text-soft">
        <Spinner /> {t("verifying")}
      </p>
    );
  }
  const Sign = told.ok ? Link2 : Link2Off;
  return (
    <div
      role="status"
      className={cx(
        "flex flex-wrap items-center gap-x-4 gap-y-2 rounded px-4 py-3",
        told.ok ? "bg-good-ground text-good" : "bg-bad-ground text-bad",
      )}
    >
      <Sign aria-hidden className="size-5 shrink-0" />
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-medium">{told.ok ? t("verified") : t("broken", { row: told.broken_at ?? 0 })}</p>
        <p className="text-sm">
          {told.ok ? t(told.whole ? "verifiedWhy" : "verifiedNewest", { count: told.rows }) : t("brokenWhy")}{" "}
          {t("checked")} <When at={told.checked_at} />.
        </p>
      </div>
      <Button size="small" busy={found.isFetching} onClick={() => void found.refetch()}>
        {t("again")}
      </Button>
    </div>
  );
}
