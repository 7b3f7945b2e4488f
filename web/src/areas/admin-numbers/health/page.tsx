import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { api } from "@/api/client";
import { Button, ErrorNote, Page, Skeleton, Stat, Stats, When } from "@/ui";
import { t } from "@/words/admin-health";
import { count } from "../chart/layout";
import { saveJson } from "../save";
import { sizeWords } from "./amounts";
import type { Health as Told } from "./data";
import { Breakers, Engines } from "./engines";
import { Findings } from "./findings";
import { Proof } from "./proof";

const LOOK_MS = 5_000;

/** How the installation fares. */
export function Health() {
  const found = useQuery({
    queryKey: ["health"],
    queryFn: ({ signal }) => api.get("/v1/tokenry/health", { signal }),
    refetchInterval: LOOK_MS,
  });
  const told = found.data;
  return (
    <Page
      title={t("title")}
      about={t("about")}
      actions={
        told && (
          <Button icon={<Download aria-hidden className="size-4" />} onClick={() => saveJson(told, "health.json")}>
            {t("json")}
          </Button>
        )
      }
    >
      {found.error && <ErrorNote error={found.error} again={() => void found.refetch()} />}
      {found.isPending && <Skeleton className="h-96" />}
      {told && (
        <>
          <Findings told={told} />
          <Numbers told={told} />
          <Engines told={told} />
          <Breakers told={told} />
          <Proof told={told} />
        </>
      )}
    </Page>
  );
}

function Numbers({ told }: { told: Told }) {
  const { ledger, disk } = told;
  const queue = ledger.queued > 0 ? t("queued", { count: ledger.queued }) : null;
  return (
    <Stats>
      <Stat label={t("running")} note={`${t("settled")}: ${count.format(ledger.settled_requests)}`}>
        {count.format(ledger.running_requests)}
      </Stat>
      <Stat label={t("commit")} note={queue ?? t("commitNote")}>
        {ledger.commit_ms === "0.0" ? "–" : t("commitMs", { ms: ledger.commit_ms })}
      </Stat>
      {disk && (
        <Stat label={t("free")} note={t("freeOf", { size: sizeWords(disk.size), least: sizeWords(disk.least) })}>
          {sizeWords(disk.free)}
        </Stat>
      )}
      <Stat label={t("backup")} note={told.last_backup_at === null ? t("backupWhy") : undefined}>
        {told.last_backup_at === null ? t("never") : <When at={told.last_backup_at} />}
      </Stat>
    </Stats>
  );
}
