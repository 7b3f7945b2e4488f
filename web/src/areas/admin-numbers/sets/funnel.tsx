import "../chart/chart.css";
import { Card, cx, Empty, Tokens } from "@/ui";
import { t } from "@/words/admin-sets";
import { count } from "../chart/layout";
import type { Details, Full, Step } from "./data";
import { shareWords, width } from "./shares";

const LEFT = "var(--series-1)";
const DROPPED = "var(--series-2)";

/** Documents after each rule, drawn to one scale: what is left, what the rule took, what was gone before. */
export function Funnel({ one, details }: { one: Full; details: Details }) {
  const read = one.documents_read ?? 0;
  const steps = details.funnel.filter((step) => step.dropped > 0);
  const estimated = steps.some((step) => step.tokens_left !== null);
  const about = t("funnelAbout", { read, kept: one.documents_kept ?? 0 });
  return (
    <Card title={t("funnel")} about={estimated ? `${about} ${t("funnelTokens")}` : about} flush>
      {steps.length === 0 ? <Empty title={t("nothingDropped")} /> : <Keys />}
      {steps.length > 0 && <Rules steps={steps} read={read} estimated={estimated} />}
    </Card>
  );
}

const HEAD = "px-3 py-2 text-sm font-medium text-soft first:pl-5 last:pr-5";
const FIGURE =
  "figures whitespace-nowrap px-3 py-2 text-right align-middle last:pr-5 max-sm:p-0 max-sm:text-left max-sm:text-sm";

/** A row a rule; on a phone its picture and figures stand below its name. */
function Rules({ steps, read, estimated }: { steps: readonly Step[]; read: number; estimated: boolean }) {
  const figures = [t("dropped"), t("left"), ...(estimated ? [t("tokensLeft")] : [])];
  return (
    // Explicit roles: `display` takes a table's own roles away.
    <table aria-label={t("funnel")} role="table" className="w-full border-collapse text-[0.9375rem] max-sm:block">
      <thead role="rowgroup" className="max-sm:sr-only">
        <tr role="row" className="border-b">
          <th role="columnheader" scope="col" className={cx(HEAD, "text-left")}>
            {t("rule")}
          </th>
          <th role="columnheader" scope="col" className={HEAD}>
            <span className="sr-only">{t("picture")}</span>
          </th>
          {figures.map((title) => (
            <th key={title} role="columnheader" scope="col" className={cx(HEAD, "whitespace-nowrap text-right")}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup" className="max-sm:block">
        {steps.map((step) => (
          <Rule key={`${step.stage} ${step.rule}`} step={step} read={read} estimated={estimated} />
        ))}
      </tbody>
    </table>
  );
}

function Rule({ step, read, estimated }: { step: Step; read: number; estimated: boolean }) {
  const tokens = step.tokens_left;
  return (
    <tr
      role="row"
      className="border-b last:border-b-0 max-sm:grid max-sm:grid-cols-[auto_auto_auto] max-sm:justify-between max-sm:gap-x-3 max-sm:gap-y-1.5 max-sm:px-4 max-sm:py-2.5"
    >
      <td role="cell" className="px-3 py-2 align-middle first:pl-5 max-sm:col-span-3 max-sm:p-0!">
        <span className="wrap-anywhere">{spoken(step.rule)}</span>{" "}
        <span className="text-sm text-soft sm:block">{spoken(step.stage)}</span>
      </td>
      <td role="cell" className="w-1/2 px-3 py-2 align-middle max-sm:col-span-3 max-sm:w-full max-sm:p-0">
        <Bar step={step} read={read} />
      </td>
      <td role="cell" className={FIGURE}>
        <Small title={t("dropped")} /> {count.format(step.dropped)}
      </td>
      <td role="cell" className={FIGURE}>
        <Small title={t("left")} /> {count.format(step.left)}
      </td>
      {estimated && (
        <td role="cell" className={FIGURE}>
          <Small title={t("tokens")} /> {tokens === null ? "–" : <Tokens count={tokens} brief />}
        </td>
      )}
    </tr>
  );
}

/** What a figure is, where the head of its column is out of sight. */
function Small({ title }: { title: string }) {
  return (
    <span aria-hidden className="text-soft sm:hidden">
      {title}
    </span>
  );
}

function Bar({ step, read }: { step: Step; read: number }) {
  const words = t("barOf", { left: shareWords(step.left, read), dropped: shareWords(step.dropped, read) });
  return (
    <span
      role="img"
      aria-label={words}
      title={words}
      className="flex h-4 w-full overflow-hidden rounded-sm bg-code max-sm:h-3"
    >
      <span style={{ width: `${width(step.left, read)}%`, background: LEFT }} />
      <span style={{ width: `${width(step.dropped, read)}%`, background: DROPPED }} />
    </span>
  );
}

function Keys() {
  const keys = [
    [t("keyLeft"), LEFT],
    [t("keyDropped"), DROPPED],
    [t("keyBefore"), null],
  ] as const;
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 px-4 pt-1 pb-2 text-sm text-soft sm:px-5">
      {keys.map(([words, colour]) => (
        <li key={words} className="inline-flex items-center gap-1.5">
          <span
            aria-hidden
            style={colour === null ? {} : { background: colour }}
            className={cx("size-2.5 rounded-full", colour === null && "border bg-code")}
          />
          {words}
        </li>
      ))}
    </ul>
  );
}

/** A rule's or a stage's name as words; names with a dot are those of files. */
function spoken(name: string): string {
  return name.replaceAll("_", " ");
}
