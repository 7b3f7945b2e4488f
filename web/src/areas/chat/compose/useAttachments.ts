/** The files beside the message that is being written. */
import { useAttachments as useFiles } from "@/areas/files/useAttachments";
import type { Attachments } from "./attachments";

/** Null where files cannot be attached. */
export function useAttachments(projectId: string | null): Attachments | null {
  return useFiles(projectId === null ? {} : { project_id: projectId });
}
