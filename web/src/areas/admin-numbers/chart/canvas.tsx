import { useEffect, useRef, useState } from "react";
import { useDark } from "@/shell/theme";
import { type Drawing, draw } from "./draw";

const HEIGHT = 232;

/** The picture of a chart. `at`: the stretch that the keyboard points at. */
export function Canvas({ drawing, at }: { drawing: Drawing; at: number | null }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<ReturnType<typeof draw> | null>(null);
  const [width, setWidth] = useState(0);
  const dark = useDark();

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
  }, [drawing, width, dark]);

  useEffect(() => {
    const made = plot.current;
    if (!made || at === null) return;
    made.setCursor({ left: made.valToPos(at, "x"), top: 10 }, false);
  }, [at]);

  return <div ref={place} aria-hidden className="w-full overflow-hidden" style={{ height: HEIGHT }} />;
}
