/** The messages of a chat, oldest first; those far from what is seen hold their place and are not drawn. */
import { memo, type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "@/ui";
import { t } from "@/words/chat";
import type { Message } from "../model/types";
import { Answer } from "./Answer";
import { Nearness, NearnessContext, useFar } from "./near";
import { Question } from "./Question";
import type { Scroll } from "./scroll";

type Props = {
  messages: readonly Message[];
  scroll: Scroll;
  editing: string | null;
  onEditing: (id: string | null) => void;
  more: { has: boolean; loading: boolean; load: () => void };
  /** Stands behind the last message: what is being sent, a card. */
  children?: ReactNode;
};

export function List({ messages, scroll, editing, onEditing, more, children }: Props) {
  const [nearness, setNearness] = useState<Nearness | null>(null);
  const box = scroll.box;
  const [ofBox] = useState(() => (element: HTMLElement | null) => {
    box(element);
    setNearness(element && new Nearness(element));
  });
  return (
    <section
      ref={ofBox}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard
      tabIndex={0}
      aria-label={t("messages")}
      className="h-full overflow-y-auto [overflow-anchor:none] -outline-offset-2"
    >
      <NearnessContext value={nearness}>
        <div className="mx-auto w-full max-w-3xl px-4 pt-4 pb-6 sm:px-6">
          <Earlier more={more} nearness={nearness} />
          <div ref={scroll.list}>
            {messages.map((message) => (
              <Item
                key={message.id}
                message={message}
                scroll={scroll}
                editing={editing === message.id}
                onEditing={onEditing}
              />
            ))}
          </div>
          {children}
        </div>
      </NearnessContext>
    </section>
  );
}

type ItemProps = { message: Message; scroll: Scroll; editing: boolean; onEditing: (id: string | null) => void };

const Item = memo(
  function Item({ message, scroll, editing, onEditing }: ItemProps) {
    const [element, setElement] = useState<HTMLElement | null>(null);
    const far = useFar(element);
    const { item } = scroll;
    useEffect(() => (element ? item(element) : undefined), [element, item]);
    const drawn = far === null || editing || message.state === "running";
    return (
      <div id={message.id} ref={setElement} style={drawn ? undefined : { height: far ?? 0 }}>
        {drawn &&
          (message.role === "user" ? (
            <Question message={message} editing={editing} onEditing={onEditing} />
          ) : (
            <Answer message={message} />
          ))}
      </div>
    );
  },
  (before, after) =>
    before.message === after.message && before.editing === after.editing && before.scroll.item === after.scroll.item,
);

/** Comes near, and the page before is fetched. */
function Earlier({ more, nearness }: { more: Props["more"]; nearness: Nearness | null }) {
  const mark = useRef<HTMLDivElement>(null);
  const { has, loading, load } = more;
  useEffect(() => {
    if (!mark.current || !nearness || !has || loading) return;
    return nearness.watch(mark.current, (near) => near && load());
  }, [nearness, has, loading, load]);
  if (!has) return null;
  return (
    <div ref={mark} className="flex justify-center py-3">
      <Button size="small" look="quiet" busy={loading} onClick={load}>
        {t("message.earlier")}
      </Button>
    </div>
  );
}
