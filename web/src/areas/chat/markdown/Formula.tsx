/** A formula. Until its library came, and when it cannot be read, the formula's own text stands in its place. */
import { useEffect, useRef } from "react";
import { inTurn } from "./idle";

type Drawing = (into: HTMLElement, formula: string, display: boolean) => void;
let drawing: Promise<Drawing> | null = null;

export function Formula({ text, display }: { text: string; display: boolean }) {
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    let gone = false;
    let cancel = () => {};
    drawing ??= import("./katex").then((found) => found.draw);
    drawing
      .then((draw) => {
        if (gone) return;
        cancel = inTurn({}, () => {
          if (place.current) draw(place.current, text, display);
        });
      })
      .catch(() => {
        drawing = null; // offline: the formula's text stays, and the next one tries again
      });
    return () => {
      gone = true;
      cancel();
    };
  }, [text, display]);
  return (
    <span ref={place} className={display ? "prose-formula-block" : "prose-formula"} key={text}>
      {text}
    </span>
  );
}
