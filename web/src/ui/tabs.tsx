import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";

export interface Tab<T extends string> {
  id: T;
  label: ReactNode;
  content: ReactNode;
}

/** Several views of one thing. `value` belongs into the address, so that a view can be linked and gone back from. */
export function Tabs<const T extends string>(props: {
  label: string;
  value: T;
  onChange: (value: T) => void;
  tabs: readonly Tab<T>[];
}) {
  return (
    <Radix.Root value={props.value} onValueChange={(value) => props.onChange(value as T)}>
      <Radix.List aria-label={props.label} className="mb-5 flex gap-1 overflow-x-auto border-b">
        {props.tabs.map((tab) => (
          <Radix.Trigger
            key={tab.id}
            value={tab.id}
            className="-mb-px min-h-11 shrink-0 border-b-2 border-transparent px-3 text-[0.9375rem] text-soft -outline-offset-2 hover:text-ink sm:min-h-9.5 data-[state=active]:border-act data-[state=active]:font-medium data-[state=active]:text-ink"
          >
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {props.tabs.map((tab) => (
        <Radix.Content key={tab.id} value={tab.id}>
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
