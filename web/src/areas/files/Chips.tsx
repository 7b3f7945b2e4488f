/** The files beside the message that is being written: how far each is, what went wrong, and away with it. */
import { FileText, RotateCcw, TriangleAlert, X } from "lucide-react";
import type { MouseEvent } from "react";
import { cx, Spinner } from "@/ui";
import { t } from "@/words/files";
import type { Attachment, Attachments } from "./attachments";
import { sizeWords } from "./size";

type Props = {
  attachments: Attachments;
  most: number;
  /** What is said of those that were left out, where they do not go along with a message. */
  leftOut?: string;
};

export function Chips({ attachments, most, leftOut }: Props) {
  const { all, left } = attachments;
  const failed = all.filter((one) => one.state === "failed").length;
  return (
    <div className="px-3 pt-3">
      <ul aria-label={t("attached")} className="flex flex-wrap items-start gap-2">
        {all.map((one) => (
          <Chip key={one.key} one={one} attachments={attachments} />
        ))}
      </ul>
      {left > 0 && (
        <p role="alert" className="mt-2 text-sm text-bad">
          {leftOut ?? t("leftOut", { count: left, most })}
        </p>
      )}
      {failed > 0 && leftOut === undefined && (
        <p className="mt-2 text-sm text-soft">{all.some((one) => one.again) ? t("failedAgain") : t("failedHint")}</p>
      )}
      <p role="status" className="sr-only">
        {summary(all, failed)}
      </p>
    </div>
  );
}

function summary(all: readonly Attachment[], failed: number): string {
  if (failed > 0) return t("someFailed", { count: failed });
  return all.length > 0 && all.every((one) => one.state === "ready") ? t("allReady", { count: all.length }) : "";
}

function Chip({ one, attachments }: { one: Attachment; attachments: Attachments }) {
  const failed = one.state === "failed";
  return (
    <li
      className={cx(
        "relative flex max-w-full min-w-0 items-center gap-2 overflow-hidden rounded border pl-2.5 text-sm",
        failed ? "border-bad/40 bg-bad-ground text-bad" : "bg-ground",
      )}
    >
      <Sign one={one} />
      <span className="flex min-w-0 flex-col py-1.5">
        <span className="max-w-60 truncate" title={one.name}>
          {one.name}
        </span>
        <span
          role={failed ? "alert" : undefined}
          className={cx("text-xs", failed ? "max-w-72 first-letter:uppercase" : "text-soft")}
        >
          {stateWords(one)}
        </span>
      </span>
      <span className="flex shrink-0">
        {one.again && (
          <ChipButton label={t("againOne", { name: one.name })} onClick={() => attachments.retry(one.key)}>
            <RotateCcw aria-hidden className="size-4" />
          </ChipButton>
        )}
        <ChipButton
          label={t("remove", { name: one.name })}
          onClick={(event) => {
            const form = event.currentTarget.closest("form");
            attachments.remove(one.key);
            form?.querySelector("textarea")?.focus();
          }}
        >
          <X aria-hidden className="size-4" />
        </ChipButton>
      </span>
      {one.state === "sending" && (
        <progress
          aria-label={t("sendingName", { name: one.name })}
          value={one.progress ?? 0}
          max={100}
          className="absolute inset-x-0 bottom-0 h-0.5 w-full accent-act"
        />
      )}
    </li>
  );
}

function ChipButton(props: {
  label: string;
  onClick: (event: MouseEvent<HTMLButtonElement>) => void;
  children: React.ReactNode;
}) {
  return (
    <button
      type="button"
      aria-label={props.label}
      title={props.label}
      className="grid size-11 place-items-center rounded -outline-offset-2 hover:bg-code sm:size-9"
      onClick={props.onClick}
    >
      {props.children}
    </button>
  );
}

function Sign({ one }: { one: Attachment }) {
  if (one.state === "failed") return <TriangleAlert aria-hidden className="size-4 shrink-0" />;
  if (one.state === "ready") return <FileText aria-hidden className="size-4 shrink-0 text-soft" />;
  return <Spinner />;
}

function stateWords(one: Attachment): string {
  switch (one.state) {
    case "waiting":
      return t("waiting");
    case "sending":
      return t("sending", { percent: one.progress ?? 0 });
    case "reading":
      return t("reading");
    case "failed":
      return one.error ?? "";
    case "ready":
      return one.note ?? sizeWords(one.size);
  }
}
