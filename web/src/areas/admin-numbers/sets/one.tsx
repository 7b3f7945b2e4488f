import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeft, ExternalLink } from "lucide-react";
import { api } from "@/api/client";
import { buttonClass, Card, dayWords, ErrorNote, Page, Skeleton, Stat, Stats, Tokens } from "@/ui";
import { t } from "@/words/admin-sets";
import { count } from "../chart/layout";
import { Content, OptOuts } from "./content";
import type { Details, Full } from "./data";
import { Funnel } from "./funnel";
import { Inputs, ReportFiles, Roots, Shards } from "./papers";
import { shareWords } from "./shares";

/** One training set with all that its papers say. */
export function TrainingSetPage() {
  const { id } = useParams({ from: "/admin/training-sets/$id" });
  const found = useQuery({
    queryKey: ["training-set", id],
    queryFn: ({ signal }) => api.get("/v1/tokenry/training_sets/{set_id}", { path: { set_id: id }, signal }),
  });
  const one = found.data;
  const page = one?.details?.report_files.find((file) => file.name === "index.html");
  return (
    <Page
      title={one?.name ?? t("set")}
      about={<About one={one} />}
      actions={
        page && (
          <a href={page.path} target="_blank" rel="noreferrer" className={buttonClass("plain")}>
            <ExternalLink aria-hidden className="size-4" />
            {t("open")}
          </a>
        )
      }
    >
      {found.error && <ErrorNote error={found.error} again={() => void found.refetch()} />}
      {found.isPending && <Skeleton className="h-96" />}
      {one && !one.details && <Nothing one={one} />}
      {one?.details && <Whole one={one} details={one.details} />}
    </Page>
  );
}

function About({ one }: { one: Full | undefined }) {
  const when = one?.finished_at ? dayWords(one.finished_at) : null;
  return (
    <>
      {when && one && (
        <span className="mb-1 block">
          {one.preset ? t("finishedAt", { when, preset: one.preset }) : t("finishedOwn", { when })}
        </span>
      )}
      <Link to="/admin/training-sets" className="link inline-flex items-center gap-1.5">
        <ArrowLeft aria-hidden className="size-4" />
        {t("back")}
      </Link>
    </>
  );
}

function Nothing({ one }: { one: Full }) {
  if (one.state === "unfinished")
    return (
      <Card title={t("unfinished")}>
        <p>{t("unfinishedWhy")}</p>
      </Card>
    );
  return (
    <Card title={t("unreadable")}>
      <p className="wrap-anywhere">{t("unreadableWhy", { fault: one.fault ?? "" })}</p>
    </Card>
  );
}

function Whole({ one, details }: { one: Full; details: Details }) {
  return (
    <>
      <Figures one={one} details={details} />
      {details.limit !== null && <p className="text-soft">{t("limit", { count: details.limit })}</p>}
      <Funnel one={one} details={details} />
      {one.report === "older" && <p className="text-soft">{t("olderContent")}</p>}
      <Content details={details} tokens={tokensOf(details, one)} />
      {!details.content && <OptOuts details={details} />}
      <ReportFiles details={details} />
      <Inputs details={details} />
      <Shards details={details} />
      <Roots details={details} />
    </>
  );
}

/** Of which tokens the report's shares are: those of the set as the report saw it. */
function tokensOf(details: Details, one: Full): number {
  const sum = (details.content?.sources ?? []).reduce((all, share) => all + share.tokens, 0);
  return one.report === "current" ? (one.tokens ?? sum) : sum;
}

function Figures({ one, details }: { one: Full; details: Details }) {
  const [read, kept, tokens] = [one.documents_read ?? 0, one.documents_kept ?? 0, one.tokens ?? 0];
  const tokenizer = one.tokenizer ?? "";
  const mean =
    kept > 0 ? t("tokensMean", { tokenizer, mean: Math.round(tokens / kept) }) : t("tokensNote", { tokenizer });
  const signed = one.signature ?? "none";
  return (
    <Stats>
      <Stat label={t("kept")} note={t("keptNote", { share: shareWords(kept, read), read })}>
        {count.format(kept)}
      </Stat>
      <Stat label={t("tokens")} note={mean}>
        <Tokens count={tokens} brief={tokens >= 100_000} />
      </Stat>
      <Stat label={t("shards")} note={t(`shardFiles.${details.shard_files}`)}>
        {count.format(details.shard_count)}
      </Stat>
      <Stat label={t("signed")} note={t(`signed.${signed}.note`)}>
        {t(`signed.${signed}`)}
      </Stat>
    </Stats>
  );
}
