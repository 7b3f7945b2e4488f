import type { ReactNode } from "react";
import { cx } from "./cx";

export type Tone = "plain" | "good" | "bad" | "act";

const TONES: Record<Tone, string> = {
  plain: "bg-code text-ink",
  good: "bg-good-ground text-good",
  bad: "bg-bad-ground text-bad",
  act: "bg-wash text-ink",
};

/** A state in a word or two. The word says it; the colour only helps. */
export function Badge({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={cx(
        "inline-flex items-center rounded-full px-2 py-px text-xs font-medium whitespace-nowrap",
        TONES[tone],
      )}
    >
      {children}
    </span>
  );
}

export interface CardProps {
  title?: ReactNode;
  about?: ReactNode;
  actions?: ReactNode;
  /** The content reaches the border: a table. */
  flush?: boolean;
  className?: string;
  children?: ReactNode;
}

/** A part of a page with a heading of its own. */
export function Card({ title, about, actions, flush, className, children }: CardProps) {
  return (
    <section className={cx("min-w-0 rounded border bg-raised", className)}>
      {(title || actions) && (
        <header className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 pt-3.5 sm:px-5">
          <div className="min-w-0 flex-1 basis-60">
            {title && <h2 className="text-[1.0625rem]">{title}</h2>}
            {about && <p className="mt-1 text-[0.9375rem] text-soft">{about}</p>}
          </div>
          {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
        </header>
      )}
      <div className={flush ? "pt-2" : "px-4 py-4 sm:px-5"}>{children}</div>
    </section>
  );
}

/** Nothing is there yet: says what would be, and what to do about it. */
export function Empty(props: {
  icon?: ReactNode;
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  /** It is all there is on the page: its title is the page's heading. */
  whole?: boolean;
}) {
  const Title = props.whole ? "h1" : "p";
  return (
    <div className="mx-auto flex max-w-md flex-col items-center gap-2 px-4 py-12 text-center">
      {props.icon && <span className="text-soft [&>svg]:size-7 [&>svg]:stroke-[1.5]">{props.icon}</span>}
      <Title className="text-lg font-medium">{props.title}</Title>
      {props.children && <div className="text-[0.9375rem] text-soft">{props.children}</div>}
      {props.action && <div className="mt-3">{props.action}</div>}
    </div>
  );
}

/** Where something is about to stand. Its surroundings say `aria-busy`. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cx("h-4 rounded-sm bg-code animate-breathe", className)} />;
}

/** One figure with what it means, and what it is compared with. */
export function Stat({ label, children, note }: { label: ReactNode; children: ReactNode; note?: ReactNode }) {
  return (
    <div className="min-w-0 rounded border bg-raised px-4 py-3">
      <dt className="text-sm text-soft">{label}</dt>
      <dd className="figures mt-0.5 text-2xl font-semibold wrap-anywhere">{children}</dd>
      {note && <dd className="mt-0.5 text-sm text-soft">{note}</dd>}
    </div>
  );
}

export function Stats({ children }: { children: ReactNode }) {
  return <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">{children}</dl>;
}

/** Terms and what they are, one below the other. */
export function Facts({ facts }: { facts: readonly { term: ReactNode; is: ReactNode }[] }) {
  return (
    <dl className="grid grid-cols-1 gap-x-6 gap-y-1 sm:grid-cols-[minmax(9rem,auto)_1fr] sm:gap-y-2.5">
      {facts.map((fact, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the list is written out where it is used and never reordered
        <div key={index} className="mb-2 contents sm:mb-0">
          <dt className="text-sm text-soft sm:leading-6">{fact.term}</dt>
          <dd className="min-w-0 wrap-anywhere mb-2 sm:mb-0">{fact.is}</dd>
        </div>
      ))}
    </dl>
  );
}
