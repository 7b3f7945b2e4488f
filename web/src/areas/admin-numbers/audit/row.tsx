import { Download } from "lucide-react";
import { Button, CopyButton, Dialog, Facts, When } from "@/ui";
import { t } from "@/words/admin-audit";
import { saveJson } from "../save";
import { typeWords } from "./looked";
import { type Row, Who } from "./page";

export interface RowDialogProps {
  row: Row | null;
  names: Readonly<Record<string, string>>;
  onClose(): void;
}

/** One row in full, as it stands in the log. */
export function RowDialog({ row, names, onClose }: RowDialogProps) {
  return (
    <Dialog
      open={row !== null}
      onClose={onClose}
      title={row ? typeWords(row.type) : ""}
      wide
      actions={
        row && (
          <>
            <Button icon={<Download aria-hidden className="size-4" />} onClick={() => saveJson(row, `${row.id}.json`)}>
              {t("json")}
            </Button>
            <Button look="main" onClick={onClose}>
              {t("close")}
            </Button>
          </>
        )
      }
    >
      {row && (
        <div className="flex flex-col gap-5">
          <Facts facts={factsOf(row, names)} />
          <section>
            <h3 className="mb-2 text-base">{t("details")}</h3>
            {Object.keys(row.details).length === 0 ? (
              <p className="text-soft">{t("noDetails")}</p>
            ) : (
              <pre className="rounded bg-code px-3 py-2 font-mono text-sm whitespace-pre-wrap wrap-anywhere">
                {JSON.stringify(row.details, null, 2)}
              </pre>
            )}
          </section>
        </div>
      )}
    </Dialog>
  );
}

function factsOf(row: Row, names: Readonly<Record<string, string>>) {
  const thing = row.resource_id;
  return [
    { term: t("when"), is: <When at={row.at} as="moment" /> },
    { term: t("did"), is: <code className="font-mono text-sm">{row.type}</code> },
    { term: t("actor"), is: <Who row={row} /> },
    ...(thing === null ? [] : [{ term: t("resource"), is: <Thing id={thing} name={names[thing]} /> }]),
    ...(row.project_id === null ? [] : [{ term: t("project"), is: row.project_name ?? row.project_id }]),
    { term: t("number"), is: String(row.number) },
    { term: t("id"), is: <code className="font-mono text-sm">{row.id}</code> },
    {
      term: t("hash"),
      is: (
        <>
          <code className="font-mono text-sm wrap-anywhere">{row.hash}</code>
          <span className="block text-sm text-soft">{t("hashWhy")}</span>
        </>
      ),
    },
  ];
}

function Thing({ id, name }: { id: string; name: string | undefined }) {
  return (
    <span className="inline-flex flex-wrap items-center gap-1">
      {name && <span>{name}</span>}
      <code className="font-mono text-sm wrap-anywhere">{id}</code>
      <CopyButton text={id} />
    </span>
  );
}
