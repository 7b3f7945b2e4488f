import { useMutation } from "@tanstack/react-query";
import { Scale } from "lucide-react";
import { api } from "@/api/client";
import { Badge, Button, Card, ErrorNote, Facts, Money } from "@/ui";
import { t } from "@/words/admin-health";
import { count } from "../chart/layout";
import { sizeWords } from "./amounts";
import type { Health } from "./data";

/** The proof of the books, when somebody asks for it. */
export function Proof({ told: { ledger, disk } }: { told: Health }) {
  const proof = useMutation({ mutationFn: () => api.post("/v1/tokenry/health/ledger_proof") });
  const told = proof.data;
  return (
    <Card
      title={t("ledger")}
      about={t("proofAbout")}
      actions={
        <Button icon={<Scale aria-hidden className="size-4" />} busy={proof.isPending} onClick={() => proof.mutate()}>
          {t("proof")}
        </Button>
      }
    >
      <Facts
        facts={[
          {
            term: t("rows"),
            is: t("rowsKept", { rows: count.format(ledger.rows), kept: count.format(ledger.rows_kept) }),
          },
          ...(disk ? [{ term: t("size"), is: sizeWords(disk.ledger) }] : []),
          { term: t("sums"), is: ledger.sums_behind > 0 ? t("behind", { count: ledger.sums_behind }) : t("upToDate") },
        ]}
      />
      <div aria-live="polite" className="mt-4 flex flex-col gap-4">
        {proof.error && <ErrorNote error={proof.error} />}
        {told && (
          <>
            <p className="flex flex-wrap items-center gap-2">
              <Badge tone={told.ok ? "good" : "bad"}>
                {told.ok ? t("proofGood") : t("proofBad", { count: told.breaches.length })}
              </Badge>
              <span className="text-sm text-soft">{t("proofRows", { count: told.rows })}</span>
            </p>
            {told.breaches.length > 0 && (
              <ul className="flex flex-col gap-1 text-bad">
                {told.breaches.map((one) => (
                  <li key={`${one.row} ${one.what}`} className="wrap-anywhere">
                    {t("breach", { row: one.row ?? 0, rule: one.rule, what: one.what })}
                  </li>
                ))}
              </ul>
            )}
            <Facts
              facts={[
                { term: t("issued"), is: <Money nanousd={told.issued_nanousd} exact /> },
                { term: t("charged"), is: <Money nanousd={told.charged_nanousd} exact /> },
                { term: t("available"), is: <Money nanousd={told.available_nanousd} exact /> },
                { term: t("pending"), is: <Money nanousd={told.pending_nanousd} exact /> },
                { term: t("writtenOff"), is: <Money nanousd={told.written_off_nanousd} exact /> },
              ]}
            />
          </>
        )}
      </div>
    </Card>
  );
}
