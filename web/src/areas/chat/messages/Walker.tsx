/** ‹ 2/3 ›: walks between the versions of a message. */
import { ChevronLeft, ChevronRight } from "lucide-react";
import { t } from "@/words/chat";
import { place } from "../model/branch";
import type { Message } from "../model/types";
import { useActs } from "./acts";

export function Walker({ message }: { message: Message }) {
  const { walk, busy } = useActs();
  const here = place(message);
  if (here.of < 2) return null;
  const step = (to: string | null, label: string, Icon: typeof ChevronLeft) => (
    <button
      type="button"
      aria-label={label}
      aria-disabled={!to || busy}
      className="grid h-11 w-8 place-items-center rounded hover:bg-code hover:text-ink aria-disabled:opacity-40 sm:h-9 sm:w-7"
      onClick={() => to && !busy && walk(message, to)}
    >
      <Icon aria-hidden className="size-4" />
    </button>
  );
  return (
    <fieldset
      className="flex items-center text-sm text-soft"
      aria-label={t("message.branch", { number: here.number, of: here.of })}
    >
      {step(here.previous, t("message.previous"), ChevronLeft)}
      <span aria-hidden className="figures">
        {here.number}/{here.of}
      </span>
      {step(here.next, t("message.next"), ChevronRight)}
    </fieldset>
  );
}
