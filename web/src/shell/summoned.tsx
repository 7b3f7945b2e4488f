// What keys bring from anywhere: the list to go to places from, and the sheet of shortcuts. Fetched when first wanted.
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from "react";
import { ChatList } from "@/areas";
import { isTyping, matches } from "./keys";

const fetchPalette = () => import("./palette");
const Palette = lazy(fetchPalette);
const Sheet = lazy(() => import("./sheet"));

type What = "palette" | "sheet" | null;
let wanted: What = null;
const watchers = new Set<() => void>();

const IDLE_MS = 2_000; // after the page has come: then the list is there before it is wanted

/** Opens one of them, or closes what is open. */
export function summon(what: What): void {
  wanted = what;
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export function Summoned() {
  const what = useSyncExternalStore(watch, () => wanted);
  const [seen, setSeen] = useState<readonly What[]>([]);
  const navigate = useNavigate();
  if (what && !seen.includes(what)) setSeen([...seen, what]);

  useEffect(() => {
    const timer = setTimeout(fetchPalette, IDLE_MS);
    return () => clearTimeout(timer);
  }, []);

  useEffect(() => {
    function press(event: KeyboardEvent) {
      if (event.defaultPrevented || event.isComposing) return;
      if (matches("Mod+K", event)) summon(wanted === "palette" ? null : "palette");
      else if (matches("Mod+Shift+O", event) && ChatList) void navigate({ to: "/" });
      else if (matches("?", event) && !isTyping(event.target)) summon("sheet");
      else return;
      event.preventDefault();
    }
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [navigate]);

  return (
    <Suspense fallback={null}>
      {seen.includes("palette") && <Palette open={what === "palette"} onClose={() => summon(null)} />}
      {seen.includes("sheet") && <Sheet open={what === "sheet"} onClose={() => summon(null)} />}
    </Suspense>
  );
}
