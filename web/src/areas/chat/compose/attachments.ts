/** Files beside the message that is being written. They are the business of the files' area; here is where they come in. */
export type { Attachment, Attachments } from "@/areas/files/attachments";
