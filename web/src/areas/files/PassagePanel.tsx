/** A passage that an answer stands on, where it stands in its file: beside the chat, with the file to save. */
import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight, Download, X } from "lucide-react";
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { ApiError } from "@/api/client";
import type { Source } from "@/api/schema";
import { buttonClass, ErrorNote, IconButton, Modal, Skeleton } from "@/ui";
import { t } from "@/words/files-kept";
import { contentAddress, passageQuery } from "./list";

type Props = {
  source: Source;
  onClose: () => void;
  onStep?: ((source: Source) => void) | undefined;
  all?: readonly Source[];
};

export function PassagePanel({ source, onClose, all = [], onStep }: Props) {
  const id = useId();
  const at = all.findIndex((one) => one.number === source.number);
  const before = all[at - 1];
  const after = at < 0 ? undefined : all[at + 1];
  return (
    <Modal
      onClose={onClose}
      labelledBy={`${id}-title`}
      describedBy={`${id}-about`}
      className="fixed inset-x-0 top-auto bottom-0 max-h-[88dvh]! w-full animate-rise flex-col rounded-t-lg open:flex sm:inset-y-0 sm:right-0 sm:left-auto sm:h-dvh sm:max-h-dvh! sm:w-[min(36rem,94vw)] sm:rounded-none sm:border-y-0 sm:border-r-0"
    >
      <header className="flex items-start gap-2 border-b px-5 pt-4 pb-3">
        <div className="min-w-0 flex-1 py-1">
          <h2 id={`${id}-title`} className="text-lg wrap-anywhere">
            {source.file_name}
          </h2>
          <p id={`${id}-about`} className="mt-1 text-[0.9375rem] text-soft">
            {whereWords(source)}
          </p>
        </div>
        {onStep && all.length > 1 && (
          <>
            <StepButton to={before} here={source} onStep={onStep}>
              <ChevronLeft aria-hidden />
            </StepButton>
            <StepButton to={after} here={source} onStep={onStep}>
              <ChevronRight aria-hidden />
            </StepButton>
          </>
        )}
        <IconButton label={t("close")} tip={false} onClick={onClose}>
          <X aria-hidden />
        </IconButton>
      </header>
      <Passage key={source.passage_id} source={source} />
    </Modal>
  );
}

type StepProps = { to: Source | undefined; here: Source; onStep: (source: Source) => void; children: ReactNode };

function StepButton({ to, here, onStep, children }: StepProps) {
  return (
    <IconButton label={t("passage", { number: (to ?? here).number })} disabled={!to} onClick={() => to && onStep(to)}>
      {children}
    </IconButton>
  );
}

function Passage({ source }: { source: Source }) {
  const found = useQuery(passageQuery(source.file_id, source.passage_id));
  const mark = useRef<HTMLElement>(null);
  const there = found.data !== undefined;
  useLayoutEffect(() => {
    if (there) mark.current?.scrollIntoView({ block: "center" });
  }, [there]);
  const gone = found.error instanceof ApiError && found.error.status === 404;
  return (
    <>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by the keyboard
        tabIndex={0}
        data-first
        aria-label={t("passageText")}
        className="min-h-0 flex-1 overflow-y-auto px-5 py-4"
      >
        {found.isPending && <Skeleton className="h-40" />}
        {gone && <p className="mb-4 rounded bg-code px-4 py-2.5 text-sm">{t("gone")}</p>}
        {found.error && !gone && <ErrorNote error={found.error} again={() => void found.refetch()} className="mb-4" />}
        {found.data ? (
          <div className="text-[0.9375rem] wrap-anywhere whitespace-pre-wrap">
            {found.data.before && <p className="text-soft">{found.data.before}</p>}
            <p className="my-3 border-l-3 border-act pl-4">
              <mark ref={mark} className="bg-wash text-ink">
                <span className="sr-only">{t("cited")}: </span>
                {found.data.text}
              </mark>
            </p>
            {found.data.after && <p className="text-soft">{found.data.after}</p>}
          </div>
        ) : (
          !found.isPending && (
            <blockquote className="border-l-3 pl-4 wrap-anywhere whitespace-pre-wrap">{source.text}</blockquote>
          )
        )}
      </section>
      {found.data && (
        <footer className="border-t px-5 py-3">
          {found.data.downloadable ? (
            <a className={buttonClass()} href={contentAddress(source.file_id)} download={source.file_name}>
              <Download aria-hidden className="size-4" />
              {t("saveFile")}
            </a>
          ) : (
            <p className="text-sm text-soft">{t("notYours")}</p>
          )}
        </footer>
      )}
    </>
  );
}

function whereWords(source: Source): string {
  const place = source.page != null ? t("page", { page: source.page }) : null;
  const line = source.page == null && source.line != null ? t("line", { line: source.line }) : null;
  const heading = source.heading ? t("under", { heading: source.heading }) : null;
  return [t("passage", { number: source.number }), place, line, heading].filter(Boolean).join(" · ");
}
