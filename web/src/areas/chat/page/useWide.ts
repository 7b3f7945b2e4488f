/** Whether there is room for the shell's bar at the side. */
import { useSyncExternalStore } from "react";

const query = window.matchMedia("(min-width: 48rem)");

function watch(watcher: () => void): () => void {
  query.addEventListener("change", watcher);
  return () => query.removeEventListener("change", watcher);
}

export function useWide(): boolean {
  return useSyncExternalStore(watch, () => query.matches);
}
