/** The list of prompts over the composer while one types a slash and a name. The field keeps the focus. */
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type ReactNode, useId, useState } from "react";
import { type Prompt, promptsQuery } from "@/areas/library/lists";
import { t } from "@/words/chat";
import { Fill } from "./Fill";
import { calledIn, promptsFor } from "./slash";

export type Slash = {
  menu: ReactNode;
  /** Takes a key that is meant for the list; true = it was. */
  onKey: (event: KeyboardEvent) => boolean;
  /** What ties the field to the list. */
  aria: { "aria-controls"?: string; "aria-activedescendant"?: string };
};

export function useSlash(text: string, setText: (text: string) => void): Slash {
  const id = useId();
  const typed = calledIn(text);
  const prompts = useQuery({ ...promptsQuery, enabled: typed !== null }).data ?? [];
  const [at, setAt] = useState(0);
  const [shut, setShut] = useState<string | null>(null);
  const [chosen, setChosen] = useState<Prompt | null>(null);
  const found = typed === null || shut === text ? [] : promptsFor(prompts, typed);
  const here = found[Math.min(at, found.length - 1)];

  function onKey(event: KeyboardEvent): boolean {
    if (!here) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      setAt((found.indexOf(here) + step + found.length) % found.length);
    } else if (event.key === "Enter" || event.key === "Tab") setChosen(here);
    else if (event.key === "Escape") setShut(text);
    else return false;
    event.preventDefault();
    return true;
  }

  const menu = (
    <>
      {here && (
        <div
          id={id}
          role="listbox"
          aria-label={t("new.prompts")}
          className="absolute inset-x-0 bottom-full z-10 mb-2 max-h-72 overflow-y-auto rounded-lg border bg-raised p-1.5 animate-rise"
        >
          {found.map((one) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field keeps the focus and takes the keys
            // biome-ignore lint/a11y/useFocusableInteractive: as above; it is named by aria-activedescendant
            <div
              key={one.id}
              id={`${id}-${one.id}`}
              role="option"
              aria-selected={one === here}
              onClick={() => setChosen(one)}
              className={`flex cursor-pointer items-baseline gap-3 rounded px-2.5 py-2 ${one === here ? "bg-code" : "hover:bg-code"}`}
            >
              <span className="font-mono text-sm">/{one.name}</span>
              <span className="min-w-0 truncate text-soft">{one.title}</span>
            </div>
          ))}
        </div>
      )}
      {chosen && <Fill prompt={chosen} onText={setText} onClose={() => setChosen(null)} />}
    </>
  );
  const aria = here ? { "aria-controls": id, "aria-activedescendant": `${id}-${here.id}` } : {};
  return { menu, onKey, aria };
}
