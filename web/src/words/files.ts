// What is said about files that are on their way, beside a message or into a folder.
import { speak } from ".";

export const t = speak({
  attached: "Attached files",
  remove: "Take {name} away",
  againOne: "Try {name} again",
  waiting: "waits",
  sending: "{percent} % sent",
  sendingName: "Sending {name}",
  reading: "being read",
  allReady: { one: "{count} file is ready", other: "All {count} files are ready" },
  someFailed: { one: "{count} file failed", other: "{count} files failed" },
  failedHint: "Take away what failed: then the message can be sent.",
  failedAgain: "Try again, or take away what failed: then the message can be sent.",
  leftOut: {
    one: "A message holds {most} files; one more was left out. Put many files into a folder, and chat there.",
    other: "A message holds {most} files; {count} more were left out. Put many files into a folder, and chat there.",
  },

  refused: "The server answered with {status}.",
  unreachable: "The server cannot be reached. Your file is still chosen: try again once you are online.",
  wentWrong: "Something went wrong here. Your file is still chosen: try again.",
  signedOut: "You are signed out. Your file is still chosen: sign in in another tab, then try again here.",
  tooLarge: "This file has {size}, and a file may have {limit}: split it, or make it smaller.",
});
