/** The files beside a message that is being written, as components use them. */
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { queries } from "@/api/hooks";
import { wordsOf } from "@/ui";
import { type Attachments, holdsBack, readyIds, type Sender, Tray } from "./attachments";
import { roomQuery } from "./list";
import type { Place } from "./sending";

export const FILES_MAX = 20;

/** How many bytes a file may have; a server that does not say it refuses what is too large by itself. */
export async function sizeMax(): Promise<number> {
  try {
    return (await queries.ensureQueryData(roomQuery())).file_size_max;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** How files are sent is loaded with the first one. */
function senderLater(place: () => Place): Sender {
  const sender = () => import("./sending").then((found) => found.senderTo(place, sizeMax));
  return {
    send: async (...said) => (await sender()).send(...said),
    look: async (...said) => (await sender()).look(...said),
    forget: (fileId) => void sender().then((one) => one.forget(fileId)),
    wait: async (...said) => (await sender()).wait(...said),
    words: (error) =>
      sender().then(
        (one) => one.words(error),
        () => ({ error: wordsOf(error), again: true }), // it could not even be loaded
      ),
  };
}

export function useAttachments(place: Place = {}): Attachments {
  const where = useRef(place);
  where.current = place;
  const [tray] = useState(
    () =>
      new Tray(
        senderLater(() => where.current),
        FILES_MAX,
      ),
  );
  useEffect(() => tray.close, [tray]);
  const { all, left } = useSyncExternalStore(tray.watch, tray.current);
  return useMemo(
    () => ({
      all,
      left,
      add: tray.add,
      remove: tray.remove,
      retry: tray.retry,
      clear: tray.clear,
      restore: tray.restore,
      sending: holdsBack(all),
      ready: readyIds(all),
    }),
    [all, left, tray],
  );
}
