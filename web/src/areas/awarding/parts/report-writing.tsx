// Writing a report: kept in this browser while one writes, since the server takes it only when it is handed in.
import { useState } from "react";
import { api } from "@/api/client";
import { useMe } from "@/api/hooks";
import type { ReportShape, WholeAward } from "@/api/schema";
import { t } from "@/words/awarding";
import { t as w } from "@/words/awarding-award";
import { act } from "../data";
import { forget, keep, kept } from "../model/kept";
import { ActDialog } from "./act";
import { reportName } from "./award-reports";
import { WordsField } from "./fields";

const TEXT_MAX = 50_000; // characters
const LINKS_MAX = 20;

interface Written {
  text: string;
  links: string;
}

export interface ReportDialogProps {
  report: ReportShape;
  award: WholeAward;
  onClose(): void;
}

export function ReportDialog({ report, award, onClose }: ReportDialogProps) {
  const user = useMe().id ?? "";
  const [written, setWritten] = useState<Written>(
    () => kept<Written>(user, report.id)?.value ?? { text: report.text ?? "", links: report.links.join("\n") },
  );
  const links = written.links
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

  function set(part: Partial<Written>) {
    const next = { ...written, ...part };
    setWritten(next);
    keep(user, report.id, { revision: 0, value: next });
  }

  async function submit() {
    const path = { report_id: report.id };
    const body = { text: written.text.trim(), links };
    await act(() => api.post("/v1/tokenry/me/award_reports/{report_id}/submit", { path, body }), w("reportSubmitted"));
    forget(user, report.id);
  }

  return (
    <ActDialog
      open
      onClose={onClose}
      wide
      title={w("reportSubmitTitle", { report: reportName(report) })}
      what={
        <>
          <p>{w("reportSubmitWhat", { programme: award.programme })}</p>
          {report.late && <p className="mt-1 text-soft">{w("reportLate")}</p>}
        </>
      }
      verb={w("reportSubmitVerb")}
      ready={written.text.trim() !== "" && links.length <= LINKS_MAX}
      act={submit}
    >
      <WordsField
        label={w("reportText")}
        hint={t("keptHere")}
        value={written.text}
        onChange={(text) => set({ text })}
        rows={10}
        max={TEXT_MAX}
      />
      <WordsField
        label={w("reportLinks")}
        hint={w("reportLinksHint")}
        value={written.links}
        onChange={(text) => set({ links: text })}
        rows={2}
        optional
      />
    </ActDialog>
  );
}
