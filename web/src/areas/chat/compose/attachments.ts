/** Files that are being put beside a message: what the composer knows of each. How they are sent is `useAttachments`. */

export type Attachment = {
  key: string;
  name: string;
  size: number;
  state: "sending" | "ready" | "failed";
  /** Whole percent of the sending. */
  progress?: number;
  fileId?: string;
  error?: string;
};

export type Attachments = {
  all: readonly Attachment[];
  add: (files: readonly File[]) => void;
  remove: (key: string) => void;
  clear: () => void;
  /** Puts files that were attached before back beside the message. */
  restore: (all: readonly Attachment[]) => void;
  sending: boolean;
  ready: string[];
};
