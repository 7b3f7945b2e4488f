/** The files beside the message that is being written: how far each is, what went wrong, and away with it. */
import { FileText, X } from "lucide-react";
import { Spinner } from "@/ui";
import { t } from "@/words/chat";
import type { Attachments } from "../compose/attachments";
import { sizeWords } from "../compose/limits";

export function Chips({ attachments }: { attachments: Attachments }) {
  return (
    <ul className="flex flex-wrap gap-2 px-3 pt-3">
      {attachments.all.map((one) => (
        <li
          key={one.key}
          className={`flex max-w-full min-w-0 items-center gap-2 rounded border pl-2.5 text-sm ${one.state === "failed" ? "border-bad/40 bg-bad-ground text-bad" : "bg-ground"}`}
        >
          {one.state === "sending" ? <Spinner /> : <FileText aria-hidden className="size-4 shrink-0 text-soft" />}
          <span className="max-w-60 truncate">{one.name}</span>
          <span className="whitespace-nowrap text-soft">{one.error ?? sizeWords(one.size)}</span>
          <button
            type="button"
            aria-label={t("files.remove", { name: one.name })}
            className="grid size-11 place-items-center rounded hover:bg-code sm:size-8"
            onClick={() => attachments.remove(one.key)}
          >
            <X aria-hidden className="size-4" />
          </button>
        </li>
      ))}
    </ul>
  );
}
