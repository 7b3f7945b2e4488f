/** The button that names the model, and opens the list to choose another from. */
import { ChevronDown } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import { t } from "@/words/chat";
import { modelLabel } from "../messages/seen";
import type { Model } from "../model/types";

const loadPanel = () => import("./PickerPanel");
const PickerPanel = lazy(loadPanel);

type Props = { models: readonly Model[]; chosen: string | null; onChoose: (id: string) => void };

export function Picker({ models, chosen, onChoose }: Props) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const name = chosen ? modelLabel(models, chosen) : t("model.choose");
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-label={t("model.pick", { name })}
        aria-haspopup="dialog"
        aria-expanded={open}
        onPointerEnter={() => void loadPanel()}
        onClick={() => setOpen(!open)}
        className="flex min-h-11 min-w-0 items-center gap-1 rounded px-2.5 text-[0.9375rem] font-medium hover:bg-code aria-expanded:bg-code sm:min-h-9"
      >
        <span className="truncate">{name}</span>
        <ChevronDown aria-hidden className="size-4 shrink-0 text-soft" />
      </button>
      {open && (
        <Suspense fallback={null}>
          <PickerPanel
            anchor={button}
            onClose={() => setOpen(false)}
            models={models}
            chosen={chosen}
            onChoose={(id) => {
              setOpen(false);
              onChoose(id);
            }}
          />
        </Suspense>
      )}
    </>
  );
}
