/** The files beside the message that is being written. */
import { useMemo } from "react";
import type { Attachments } from "./attachments";

/** Null where files cannot be attached. */
export function useAttachments(): Attachments | null {
  return useMemo(() => null, []);
}
