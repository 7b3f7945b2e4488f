/** What is on its way: shown at once as it will stand. */
import { Spinner } from "@/ui";
import { t } from "@/words/chat";

export function PendingQuestion({ text }: { text: string }) {
  return (
    <div className="flex flex-col items-end pt-6">
      <div className="max-w-[85%] rounded-lg rounded-br-sm bg-code px-4 py-2.5 wrap-anywhere whitespace-pre-wrap">
        {text.slice(0, 3_000)}
      </div>
      <p className="mt-1.5 flex items-center gap-2 text-sm text-soft">
        <Spinner />
        {t("message.sending")}
      </p>
    </div>
  );
}
