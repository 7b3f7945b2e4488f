/** The files beside the message that is being written: drawn by the files' area, which is loaded with the first one. */
import { lazy, Suspense } from "react";
import type { Attachments } from "../compose/attachments";
import { FILES_MAX } from "../compose/limits";

const Files = lazy(() => import("@/areas/files/Chips").then((found) => ({ default: found.Chips })));

export function Chips({ attachments }: { attachments: Attachments }) {
  return (
    <Suspense fallback={null}>
      <Files attachments={attachments} most={FILES_MAX} />
    </Suspense>
  );
}
