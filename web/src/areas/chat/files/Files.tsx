/** The files that a message has with it. */
import { FileText } from "lucide-react";
import type { FileRef } from "../model/types";

export function Files({ files }: { files: readonly FileRef[] }) {
  return (
    <ul className="mb-1.5 flex max-w-[85%] flex-wrap justify-end gap-1.5">
      {files.map((file) => (
        <li
          key={file.id}
          className="inline-flex min-h-8 max-w-64 items-center gap-2 rounded border bg-raised px-2.5 text-sm"
        >
          <FileText aria-hidden className="size-4 shrink-0 text-soft" />
          <span className="truncate">{file.name}</span>
        </li>
      ))}
    </ul>
  );
}
