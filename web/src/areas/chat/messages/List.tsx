/** The messages of a chat, oldest first; those far from what is seen hold their place and are not drawn. */
import { memo, type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "@/ui";
import { t } from "@/words/chat";
import type { Message } from "../model/types";
import { Answer } from "./Answer";
import { Nearness, NearnessContext, useFar } from "./near";
import { Question } from "./Question";
import type { Scroll } from "./scroll";

/** So many of the last messages are drawn at once; those above follow as they come near. */
const EAGER = 4;

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
            {messages.map((message, at) => (
              <Item
                key={message.id}
                message={message}
                eager={at >= messages.length - EAGER}
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

type ItemProps = {
  message: Message;
  eager: boolean;
  scroll: Scroll;
  editing: boolean;
  onEditing: (id: string | null) => void;
};

const Item = memo(
  function Item({ message, eager, scroll, editing, onEditing }: ItemProps) {
    const [element, setElement] = useState<HTMLElement | null>(null);
    const far = useFar(element, eager ? null : guessHeight(message));
    const { item } = scroll;
    useEffect(() => (element ? item(element) : undefined), [element, item]);
    const drawn = far === null || editing || message.state === "running";
    return (
      <div
        id={message.id}
        ref={setElement}
        className="[contain:layout_style]"
        style={drawn ? undefined : { height: far ?? 0 }}
      >
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

/** About how high a message will be, in CSS pixels: by its length, in lines as wide as the column. */
function guessHeight(message: Message): number {
  const lines = Math.ceil(message.text.length / 85) + message.text.split("\n", 400).length;
  return Math.min(message.role === "user" ? 1_000 : 20_000, 90 + lines * 22);
}

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
