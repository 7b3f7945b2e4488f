// The reports on an award: written by those who have it, looked at by officers.
import { useState } from "react";
import { api } from "@/api/client";
import type { ReportShape, WholeAward } from "@/api/schema";
import { Badge, Button, Card, dayWords } from "@/ui";
import { t } from "@/words/awarding";
import { t as w } from "@/words/awarding-award";
import { act } from "../data";
import { ActDialog } from "./act";
import { REASON_MAX, WordsField } from "./fields";
import { ReportDialog } from "./report-writing";
import { Prose, Quote, State } from "./shown";

export type Side = "officer" | "owner" | "reader";

export function reportName(report: ReportShape): string {
  return report.kind === "final" ? w("reportFinal") : w("reportProgress", { number: report.number });
}

export function ReportsCard({ award, side }: { award: WholeAward; side: Side }) {
  const next = award.reports.find((one) => one.state === "due" || one.state === "returned");
  return (
    <Card title={w("reports")}>
      {award.reports.length === 0 && <p className="text-soft">{w("reportsNone")}</p>}
      <ul className="flex flex-col divide-y">
        {award.reports.map((one) => (
          <ReportRow key={one.id} report={one} award={award} side={side} next={one.id === next?.id} />
        ))}
      </ul>
    </Card>
  );
}

type Deed = "write" | "accept" | "return" | "waive";

function deedsOf(report: ReportShape, side: Side): Deed[] {
  const turn = report.state === "due" || report.state === "returned";
  if (side === "owner") return turn ? ["write"] : [];
  if (side !== "officer") return [];
  return report.state === "submitted" ? ["accept", "return", "waive"] : turn ? ["waive"] : [];
}

interface RowProps {
  report: ReportShape;
  award: WholeAward;
  side: Side;
  /** It is the one that is to be written now. */
  next: boolean;
}

function ReportRow({ report, award, side, next }: RowProps) {
  const [doing, setDoing] = useState<Deed | null>(null);
  const labels: Record<Deed, string> = {
    write: report.state === "returned" ? w("reportWriteAgain") : w("reportWrite"),
    accept: w("reportAccept"),
    return: w("reportReturn"),
    waive: w("reportWaive"),
  };
  const close = () => setDoing(null);
  return (
    <li className="flex flex-col gap-2.5 py-3 first:pt-0 last:pb-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <span className="font-medium">{reportName(report)}</span>
        <State kind="report" state={report.state} />
        {report.late && <Badge tone="bad">{t("late")}</Badge>}
        <span className="text-sm text-soft">
          {t("due")} {dayWords(report.due_at)}
        </span>
        <span className="ml-auto flex flex-wrap gap-2">
          {deedsOf(report, side).map((deed) => (
            <Button
              key={deed}
              size="small"
              look={deed === "accept" || (deed === "write" && next) ? "main" : "plain"}
              onClick={() => setDoing(deed)}
            >
              {labels[deed]}
            </Button>
          ))}
        </span>
      </div>
      {report.text && (
        <details open={report.state === "submitted"}>
          <summary className="cursor-pointer rounded py-0.5 text-sm text-soft hover:text-ink">
            {w("reportText")}
          </summary>
          <Prose>{report.text}</Prose>
          <ReportLinks links={report.links} />
        </details>
      )}
      {report.words && <Quote by={w("officersSay")}>{report.words}</Quote>}
      {doing === "write" && <ReportDialog report={report} award={award} onClose={close} />}
      {doing && doing !== "write" && <DecideDialog report={report} deed={doing} onClose={close} />}
    </li>
  );
}

function ReportLinks({ links }: { links: readonly string[] }) {
  if (links.length === 0) return null;
  return (
    <ul className="mt-2 flex flex-col">
      {links.map((link) => (
        <li key={link}>
          {/^https?:\/\//i.test(link) ? (
            <a href={link} target="_blank" rel="noopener noreferrer nofollow" className="link wrap-anywhere">
              {link}
            </a>
          ) : (
            link
          )}
        </li>
      ))}
    </ul>
  );
}

interface DecideProps {
  report: ReportShape;
  deed: Exclude<Deed, "write">;
  onClose(): void;
}

function DecideDialog({ report, deed, onClose }: DecideProps) {
  const [reason, setReason] = useState("");
  const path = { report_id: report.id };
  const said = reason.trim();
  const told = {
    accept: [w("reportAcceptTitle"), w("reportAcceptWhat"), w("reportAcceptVerb"), w("reportAccepted")],
    return: [w("reportReturnTitle"), w("reportReturnWhat"), w("reportReturnVerb"), w("reportReturned")],
    waive: [w("reportWaiveTitle"), w("reportWaiveWhat"), w("reportWaiveVerb"), w("reportWaived")],
  } as const;
  const [title, what, verb, done] = told[deed];

  function go() {
    switch (deed) {
      case "accept":
        return api.post("/v1/tokenry/award_reports/{report_id}/accept", { path, body: { reason: said || null } });
      case "return":
        return api.post("/v1/tokenry/award_reports/{report_id}/return", { path, body: { reason: said } });
      case "waive":
        return api.post("/v1/tokenry/award_reports/{report_id}/waive", { path, body: { reason: said } });
    }
  }

  return (
    <ActDialog
      open
      onClose={onClose}
      title={title}
      what={what}
      verb={verb}
      ready={deed === "accept" || said !== ""}
      act={() => act(go, done)}
    >
      <WordsField
        label={deed === "accept" ? t("words") : t("reason")}
        value={reason}
        onChange={setReason}
        hint={t("awardeeReads")}
        max={REASON_MAX}
        optional={deed === "accept"}
      />
    </ActDialog>
  );
}
