import { useEffect, useRef, useState } from "react";
import { type Drawing, draw } from "./draw";

const HEIGHT = 232;

/** Counts up when the theme changes: a canvas does not know of it by itself. */
function useThemeChanges(): number {
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    const changed = () => setChanges((before) => before + 1);
    const watcher = new MutationObserver(changed);
    watcher.observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
    const system = matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", changed);
    return () => {
      watcher.disconnect();
      system.removeEventListener("change", changed);
    };
  }, []);
  return changes;
}

/** The picture of a chart. `at`: the stretch that the keyboard points at. */
export function Canvas({ drawing, at }: { drawing: Drawing; at: number | null }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<ReturnType<typeof draw> | null>(null);
  const [width, setWidth] = useState(0);
  const theme = useThemeChanges();

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const watcher = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)));
    watcher.observe(element);
    return () => watcher.disconnect();
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of the theme draws the same in other colours
  useEffect(() => {
    const element = place.current;
    if (!element || width === 0) return;
    const made = draw(element, drawing, { width, height: HEIGHT });
    plot.current = made;
    return () => {
      plot.current = null;
      made.destroy();
    };
  }, [drawing, width, theme]);

  useEffect(() => {
    const made = plot.current;
    if (!made || at === null) return;
    made.setCursor({ left: made.valToPos(at, "x"), top: 10 }, false);
  }, [at]);

  return <div ref={place} aria-hidden className="w-full overflow-hidden" style={{ height: HEIGHT }} />;
}
