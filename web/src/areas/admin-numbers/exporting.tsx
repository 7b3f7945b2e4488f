import { Download } from "lucide-react";
import { useState } from "react";
import { Button, Menu, MenuItem, toast } from "@/ui";
import { t } from "@/words/admin-numbers";
import { saveAnswer } from "./save";

export interface ExportProps {
  path: string;
  query: Readonly<Record<string, unknown>>;
  /** What the file is called, less its ending. */
  name: string;
}

/** What is shown, as a file: for a spreadsheet, or whole. */
export function Export({ path, query, name }: ExportProps) {
  const [busy, setBusy] = useState(false);

  async function save(format: "csv" | "json") {
    setBusy(true);
    try {
      await saveAnswer(path, { ...query, format }, `${name}.${format}`);
    } catch (error) {
      toast.failed(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Menu
      trigger={
        <Button busy={busy} icon={<Download aria-hidden className="size-4" />}>
          {t("export")}
        </Button>
      }
    >
      <MenuItem onSelect={() => void save("csv")}>{t("exportCsv")}</MenuItem>
      <MenuItem onSelect={() => void save("json")}>{t("exportJson")}</MenuItem>
    </Menu>
  );
}
