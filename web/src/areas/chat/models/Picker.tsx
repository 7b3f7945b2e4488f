/** The button that names the model, and opens the list to choose another from. */
import { ChevronDown } from "lucide-react";
import { lazy, Suspense } from "react";
import { Popover, Skeleton } from "@/ui";
import { t } from "@/words/chat";
import { modelLabel } from "../messages/seen";
import type { Model } from "../model/types";

const loadChoices = () => import("./Choices");
const Choices = lazy(loadChoices);

type Props = { models: readonly Model[]; chosen: string | null; onChoose: (id: string) => void };

export function Picker({ models, chosen, onChoose }: Props) {
  const name = chosen ? modelLabel(models, chosen) : t("model.choose");
  return (
    <Popover
      label={t("model.choose")}
      align="start"
      side="top"
      className="w-[min(26rem,calc(100vw-1rem))]"
      trigger={
        <button
          type="button"
          aria-label={t("model.pick", { name })}
          onPointerEnter={() => void loadChoices()}
          className="flex min-h-11 min-w-0 items-center gap-1 rounded px-2.5 text-[0.9375rem] font-medium hover:bg-code aria-expanded:bg-code sm:min-h-9"
        >
          <span className="truncate">{name}</span>
          <ChevronDown aria-hidden className="size-4 shrink-0 text-soft" />
        </button>
      }
    >
      <Suspense fallback={<Skeleton className="m-4 h-32" />}>
        <Choices models={models} chosen={chosen} onChoose={onChoose} />
      </Suspense>
    </Popover>
  );
}
