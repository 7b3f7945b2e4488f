/** The files beside the message that is being written. */
import { Chips as Files } from "@/areas/files/Chips";
import type { Attachments } from "../compose/attachments";
import { FILES_MAX } from "../compose/limits";

export function Chips({ attachments }: { attachments: Attachments }) {
  return <Files attachments={attachments} most={FILES_MAX} />;
}
