/** An answer: its thoughts, its words, its sources; how it ended, what it cost, and what can be done with it. */
import { memo, useCallback } from "react";
import { Button, Spinner } from "@/ui";
import { t } from "@/words/chat";
import { useLive } from "../live/useLive";
import type { Cite } from "../markdown/Inline";
import { Markdown } from "../markdown/Markdown";
import type { Message, Source } from "../model/types";
import { isOutOfFunds } from "../money/funds";
import { UsedUp } from "../money/UsedUp";
import { AnswerTools } from "./AnswerTools";
import { useActs } from "./acts";
import { CiteButton, Sources } from "./Cites";
import { modelLabel } from "./seen";
import { Thoughts } from "./Thoughts";

export const Answer = memo(function Answer({ message }: { message: Message }) {
  const { models } = useActs();
  const name = message.model ? modelLabel(models, message.model) : t("message.model");
  return (
    <article
      aria-label={t("message.says", { name })}
      aria-busy={message.state === "running"}
      className="group/message pt-6"
    >
      <h2 className="mb-1 text-sm font-medium text-soft">
        <span className="sr-only">{t("message.says", { name })}</span>
        <span aria-hidden>{name}</span>
      </h2>
      <Body message={message} />
    </article>
  );
});

/** One and the same while it is written and once it is whole, so that nothing is drawn anew at its end. */
function Body({ message }: { message: Message }) {
  const running = message.state === "running";
  const heard = useLive(message.id);
  const live = running ? heard : null;
  const text = live?.text ?? message.text;
  const reasoning = live?.reasoning ?? message.reasoning ?? "";
  const sources = live?.sources ?? message.sources;
  const cite = useCite(sources);
  return (
    <>
      {reasoning && <Thoughts text={reasoning} running={running && !text} />}
      {text && <Markdown text={text} growing={running} cite={cite} />}
      {running ? (
        <Progress said={text !== "" || reasoning !== ""} lost={live?.line === "lost"} />
      ) : (
        <>
          {!text && message.state === "complete" && <p className="text-soft">{t("message.empty")}</p>}
          <HowItEnded message={message} />
          {sources.length > 0 && <Sources sources={sources} />}
          <AnswerTools message={message} />
        </>
      )}
    </>
  );
}

function Progress({ said, lost }: { said: boolean; lost: boolean }) {
  if (said && !lost) return null;
  return (
    <p role={lost ? "status" : undefined} className="mt-2 flex items-center gap-2 text-[0.9375rem] text-soft">
      <Spinner />
      {lost ? t("message.reconnecting") : t("message.waiting")}
    </p>
  );
}

/** Said in words where an answer is not whole. */
function HowItEnded({ message }: { message: Message }) {
  const { goOn, askMore, projectId, busy } = useActs();
  const { state, error } = message;
  if (state === "complete" || state === "running") return null;
  if (error && isOutOfFunds(error.code)) {
    return (
      <div className="mt-2">
        <UsedUp projectId={projectId} model={message.model} words={error.message} onAsk={askMore} />
      </div>
    );
  }
  const words =
    state === "stopped"
      ? error?.code === "length"
        ? t("message.length")
        : t("message.stopped")
      : state === "broken"
        ? t("message.broken")
        : t("message.failed");
  const bad = state === "failed" || state === "broken";
  return (
    <div
      className={`mt-3 flex flex-wrap items-center gap-x-4 gap-y-2 rounded px-4 py-2.5 text-[0.9375rem] ${bad ? "bg-bad-ground text-bad" : "bg-code"}`}
    >
      <p className="min-w-0 flex-1 basis-56 wrap-anywhere">
        {words}
        {bad && error?.message ? ` ${error.message}` : ""}
      </p>
      <Button size="small" disabled={busy} onClick={() => goOn(message)}>
        {t("message.continue")}
      </Button>
    </div>
  );
}

function useCite(sources: readonly Source[]): Cite | null {
  const { source: open } = useActs();
  const cite = useCallback<Cite>(
    (number) => {
      const source = sources.find((one) => one.number === number);
      return source ? <CiteButton source={source} onOpen={(one) => open(one, sources)} /> : null;
    },
    [sources, open],
  );
  return sources.length ? cite : null;
}
