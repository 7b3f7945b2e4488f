/** The list of models that can be searched: what each costs, and who sees what one writes. */
import { Check } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { Badge, cx, useClose } from "@/ui";
import { t } from "@/words/chat";
import { whereWords } from "../messages/seen";
import type { Model } from "../model/types";
import { factsWords, inOrder, matching, priceWords } from "./order";

type Props = { models: readonly Model[]; chosen: string | null; onChoose: (id: string) => void };

export default function Choices({ models, chosen, onChoose }: Props) {
  const id = useId();
  const close = useClose();
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState("");
  const found = matching(inOrder(models), typed);
  const [at, setAt] = useState(() =>
    Math.max(
      0,
      found.findIndex((one) => one.id === chosen),
    ),
  );
  const here = found[Math.min(at, found.length - 1)];

  useEffect(() => field.current?.focus(), []);

  function choose(model: Model) {
    if (model.refusal) return;
    close();
    onChoose(model.id);
  }

  function onKey(event: KeyboardEvent) {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 5, PageUp: -5 };
    const step = steps[event.key];
    if (step !== undefined && found.length) {
      event.preventDefault();
      const next = Math.min(found.length - 1, Math.max(0, at + step));
      setAt(next);
      list.current?.children[next]?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && here) {
      event.preventDefault();
      choose(here);
    }
  }

  return (
    <>
      <input
        ref={field}
        role="combobox"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={here ? `${id}-${here.id}` : undefined}
        aria-label={t("model.search")}
        placeholder={t("model.search")}
        autoComplete="off"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKey}
        className="m-2 h-11 rounded border border-field bg-raised px-3 text-base sm:h-9.5 sm:text-[0.9375rem]"
      />
      <div
        ref={list}
        id={`${id}-list`}
        role="listbox"
        aria-label={t("model.choose")}
        className="min-h-0 flex-1 overflow-y-auto px-1.5 pb-1.5"
      >
        {found.map((one) => (
          <Choice
            key={one.id}
            id={`${id}-${one.id}`}
            model={one}
            chosen={one.id === chosen}
            active={one === here}
            onChoose={() => choose(one)}
          />
        ))}
      </div>
      {found.length === 0 && (
        <p role="status" className="px-4 pb-4 text-soft">
          {t("model.none")}
        </p>
      )}
      <p className="border-t px-4 py-2 text-xs text-soft">{t("model.perMillion")}</p>
    </>
  );
}

type ChoiceProps = { id: string; model: Model; chosen: boolean; active: boolean; onChoose: () => void };

function Choice({ id, model, chosen, active, onChoose }: ChoiceProps) {
  const facts = factsWords(model);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the focus and takes the keys
    // biome-ignore lint/a11y/useFocusableInteractive: as above; it is named by aria-activedescendant
    <div
      id={id}
      role="option"
      aria-selected={chosen}
      aria-disabled={model.refusal !== null}
      onClick={onChoose}
      className={cx(
        "flex cursor-pointer items-start gap-2 rounded px-2.5 py-2",
        active ? "bg-code" : "hover:bg-code",
        model.refusal !== null && "cursor-not-allowed",
      )}
    >
      <Check aria-hidden className={cx("mt-1 size-4 shrink-0 text-act", !chosen && "invisible")} />
      <span className="min-w-0 flex-1">
        <span className="flex flex-wrap items-baseline gap-x-2">
          <span className="min-w-0 font-medium wrap-anywhere">{model.label}</span>
          {model.starter && <Badge>{t("model.starter")}</Badge>}
          <span className="figures ml-auto text-sm whitespace-nowrap text-soft">{priceWords(model)}</span>
        </span>
        <span className="block text-sm text-soft">{model.refusal ?? whereWords(model.seen_by)}</span>
        {facts && <span className="block text-sm text-soft">{facts}</span>}
      </span>
    </div>
  );
}
