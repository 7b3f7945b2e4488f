import { type KeyboardEvent, type ReactNode, useId, useRef } from "react";

export interface Tab<T extends string> {
  id: T;
  label: ReactNode;
  content: ReactNode;
}

/** Where a key leads among tabs, which go round; undefined = the key is none of theirs. */
export function tabReached(key: string, at: number, count: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowRight: at + 1,
    ArrowLeft: at - 1 + count,
    Home: 0,
    End: count - 1,
  };
  const step = steps[key];
  return step === undefined || count === 0 ? undefined : step % count;
}

/** Several views of one thing. `value` belongs into the address, so that a view can be linked and gone back from. */
export function Tabs<const T extends string>(props: {
  label: string;
  value: T;
  onChange: (value: T) => void;
  tabs: readonly Tab<T>[];
}) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const shown = props.tabs.find((tab) => tab.id === props.value);

  function press(event: KeyboardEvent) {
    const at = props.tabs.findIndex((tab) => tab.id === props.value);
    const to = tabReached(event.key, at, props.tabs.length);
    const tab = to === undefined ? undefined : props.tabs[to];
    if (!tab) return;
    event.preventDefault();
    props.onChange(tab.id);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[to ?? 0]?.focus();
  }

  return (
    <div>
      <div
        ref={list}
        role="tablist"
        aria-label={props.label}
        onKeyDown={press}
        className="mb-5 flex gap-1 overflow-x-auto border-b"
      >
        {props.tabs.map((tab) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${id}-${tab.id}`}
            aria-selected={tab.id === props.value}
            aria-controls={tab.id === props.value ? `${id}-panel` : undefined}
            tabIndex={tab.id === props.value ? 0 : -1}
            onClick={() => props.onChange(tab.id)}
            className="-mb-px min-h-11 shrink-0 border-transparent border-b-2 px-3 text-[0.9375rem] text-soft -outline-offset-2 hover:text-ink aria-selected:border-act aria-selected:font-medium aria-selected:text-ink sm:min-h-9.5"
          >
            {tab.label}
          </button>
        ))}
      </div>
      {shown && (
        <div key={shown.id} role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${shown.id}`}>
          {shown.content}
        </div>
      )}
    </div>
  );
}
