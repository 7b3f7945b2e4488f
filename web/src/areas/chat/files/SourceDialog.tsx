/** The passage behind a citation. */
import { Dialog } from "@/ui";
import { t } from "@/words/chat";
import type { Source } from "../model/types";

export function SourceDialog({ source, onClose }: { source: Source | null; onClose: () => void }) {
  return (
    <Dialog
      open={source !== null}
      onClose={onClose}
      title={source?.file_name ?? ""}
      about={source?.page != null ? t("source.page", { page: source.page }) : undefined}
      wide
    >
      <blockquote className="border-l-3 pl-4 wrap-anywhere whitespace-pre-wrap">{source?.text}</blockquote>
    </Dialog>
  );
}
