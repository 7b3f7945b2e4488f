/** The files beside a message that is being written, as components use them. */
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { queries } from "@/api/hooks";
import { type Attachments, holdsBack, readyIds, Tray } from "./attachments";
import { roomQuery } from "./list";
import { type Place, senderTo } from "./sending";

export const FILES_MAX = 20;

/** How many bytes a file may have; a server that does not say it refuses what is too large by itself. */
export async function sizeMax(): Promise<number> {
  try {
    return (await queries.ensureQueryData(roomQuery())).file_size_max;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

export function useAttachments(place: Place = {}): Attachments {
  const where = useRef(place);
  where.current = place;
  const [tray] = useState(
    () =>
      new Tray(
        senderTo(() => where.current, sizeMax),
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
