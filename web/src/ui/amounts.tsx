import { useEffect, useState } from "react";
import { cx } from "./cx";
import { moneyWords, nanoOf, tokensWords } from "./money";
import { agoWords, dayWords, momentWords, wholeWords } from "./time";

/** Dollars as the API writes them, exactly, in text. */
export function Usd({ usd, className }: { usd: string; className?: string }) {
  return <Money nanousd={nanoOf(usd) ?? 0n} {...(className ? { className } : {})} />;
}

/** An amount of nano-USD. Pointed at, it shows every digit that the ledger keeps. */
export function Money({
  nanousd,
  exact,
  className,
}: {
  nanousd: number | bigint;
  exact?: boolean;
  className?: string;
}) {
  return (
    <data
      value={String(nanousd)}
      title={moneyWords(nanousd, { exact: true })}
      className={cx("figures whitespace-nowrap", className)}
    >
      {moneyWords(nanousd, { exact: exact ?? false })}
    </data>
  );
}

export function Tokens({ count, brief, className }: { count: number; brief?: boolean; className?: string }) {
  return (
    <data value={count} title={tokensWords(count)} className={cx("figures whitespace-nowrap", className)}>
      {tokensWords(count, brief)}
    </data>
  );
}

const TICK_MS = 30_000;

/** The present, in seconds since the epoch, a little old at most. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now() / 1000), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

export interface WhenProps {
  /** Seconds since the epoch. */
  at: number;
  /** How it is said: how long ago (default), its day, or day and time. */
  as?: "ago" | "day" | "moment";
}

export function When({ at, as = "ago" }: WhenProps) {
  if (as === "ago") return <Ago at={at} />;
  return <Stamp at={at} words={as === "day" ? dayWords(at) : momentWords(at)} />;
}

function Ago({ at }: { at: number }) {
  return <Stamp at={at} words={agoWords(at, useNow())} />;
}

function Stamp({ at, words }: { at: number; words: string }) {
  return (
    <time dateTime={new Date(at * 1000).toISOString()} title={wholeWords(at)} className="whitespace-nowrap">
      {words}
    </time>
  );
}
