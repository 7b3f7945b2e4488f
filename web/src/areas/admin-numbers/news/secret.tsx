import { Button, CopyButton, Dialog } from "@/ui";
import { t } from "@/words/admin-news";

/** A secret that is shown once. */
export function SecretDialog({ secret, onClose }: { secret: string | null; onClose(): void }) {
  return (
    <Dialog
      open={secret !== null}
      onClose={onClose}
      title={t("secretTitle")}
      about={t("secretAbout")}
      actions={
        <Button look="main" onClick={onClose}>
          {t("understood")}
        </Button>
      }
    >
      {secret !== null && (
        <div className="flex items-start gap-2 rounded bg-code px-3 py-2">
          <code className="min-w-0 flex-1 font-mono text-sm wrap-anywhere">{secret}</code>
          <CopyButton text={secret} />
        </div>
      )}
    </Dialog>
  );
}
