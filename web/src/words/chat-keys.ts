// What the chat area says within the shell: apart, so that the shell stays small.
import { speak } from ".";

export const t = speak({
  composer: "Write a message",
  stop: "Stop the answer",
  copy: "Copy the last answer",
  edit: "Edit your last message (in an empty field)",
  branches: "Previous and next version of the last message that has several",
  newest: "Jump to the newest message",
});
