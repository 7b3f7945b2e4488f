import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Download } from "lucide-react";
import { useShares } from "@/areas/library/lists";
import { buttonClass, Card, ErrorNote, Page, Skeleton } from "@/ui";
import { t } from "@/words/privacy";
import { Learning } from "./Learning";
import { policyQuery } from "./lists";
import { MayRead } from "./MayRead";
import { Readers } from "./Readers";

/** Who sees what one writes, what it is used for, how long it stays; and what one can do about each. */
export function Privacy() {
  return (
    <Page title={t("privacy")} about={t("about")} narrow>
      <MayRead />
      <Readers />
      <Learning />
      <Keeping />
      <Shown />
      <Data />
    </Page>
  );
}

function Keeping() {
  const found = useQuery(policyQuery);
  const policy = found.data;
  return (
    <Card title={t("keeping")}>
      {found.error && <ErrorNote error={found.error} again={() => void found.refetch()} />}
      {found.isPending && <Skeleton className="h-16" />}
      {policy && (
        <ul className="flex list-disc flex-col gap-1.5 pl-5">
          <li>{policy.chat_keep_days === null ? t("keepForever") : t("keepDays", { count: policy.chat_keep_days })}</li>
          <li>{t("keepTemporary", { count: policy.temporary_keep_days })}</li>
          <li>{t("keepDeleted")}</li>
          <li>{t("keepBooks")}</li>
        </ul>
      )}
    </Card>
  );
}

function Shown() {
  const found = useShares();
  return (
    <Card title={t("shown")}>
      {found.error && <ErrorNote error={found.error} again={() => void found.refetch()} />}
      {found.isPending && <Skeleton className="h-8" />}
      {found.data?.length === 0 && <p>{t("shownNone")}</p>}
      {found.data && found.data.length > 0 && (
        <p>
          {t("shownSome", { count: found.data.length })}{" "}
          <Link to="/shared" className="link">
            {t("shownLook")}
          </Link>
        </p>
      )}
    </Card>
  );
}

function Data() {
  return (
    <Card title={t("data")} about={t("dataAbout")}>
      <div className="flex flex-col items-start gap-4">
        <a href="/v1/tokenry/me/export" download="tokenry-export.json" className={buttonClass("plain")}>
          <Download aria-hidden className="size-4" />
          {t("dataExport")}
        </a>
        <p className="text-[0.9375rem] text-soft">{t("dataErase")}</p>
      </div>
    </Card>
  );
}
