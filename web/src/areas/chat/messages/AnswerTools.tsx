/** The line under an answer: copy, answer again, walk between versions; what it cost, and the receipt behind that. */
import { RefreshCw } from "lucide-react";
import { CopyButton, IconButton, Menu, MenuItem, MenuLabel, moneyWords } from "@/ui";
import { t } from "@/words/chat";
import type { Message } from "../model/types";
import { useActs } from "./acts";
import { seenWords } from "./seen";
import { Walker } from "./Walker";

export function AnswerTools({ message }: { message: Message }) {
  return (
    <>
      <div className="mt-1.5 -ml-2 flex flex-wrap items-center text-soft">
        {message.text && <CopyButton text={message.text} label={t("message.copy")} />}
        <Again message={message} />
        <Walker message={message} />
        <Cost message={message} />
      </div>
      {message.omitted > 0 && (
        <p className="mt-1 text-sm text-soft">{t("message.omitted", { count: message.omitted })}</p>
      )}
    </>
  );
}

function Again({ message }: { message: Message }) {
  const { again, models, busy } = useActs();
  const others = models.filter((one) => one.id !== message.model && !one.refusal);
  const button = (
    <IconButton label={t("message.again")} disabled={busy} tip={others.length === 0}>
      <RefreshCw aria-hidden />
    </IconButton>
  );
  if (others.length === 0) {
    return (
      <IconButton label={t("message.again")} disabled={busy} onClick={() => again(message)}>
        <RefreshCw aria-hidden />
      </IconButton>
    );
  }
  return (
    <Menu align="start" trigger={button}>
      <MenuItem icon={<RefreshCw aria-hidden />} onSelect={() => again(message)}>
        {t("message.again")}
      </MenuItem>
      <MenuLabel>{t("message.againWith")}</MenuLabel>
      {others.slice(0, 12).map((one) => (
        <MenuItem key={one.id} onSelect={() => again(message, one.id)}>
          {one.label}
        </MenuItem>
      ))}
    </Menu>
  );
}

function Cost({ message }: { message: Message }) {
  const { receipt } = useActs();
  if (message.request_ids.length === 0 || (message.state === "failed" && !message.output_tokens)) return null;
  const amount = costWords(message);
  const seen = seenWords(message);
  return (
    <button
      type="button"
      className="figures flex min-h-11 items-center gap-1.5 rounded px-2 text-left text-sm hover:bg-code hover:text-ink sm:min-h-9"
      onClick={() => receipt(message)}
    >
      <span>{amount ?? t("message.receipt")}</span>
      {amount && <span className="sr-only">{t("message.costOpen")}</span>}
      {seen && <span className="hidden sm:inline">· {seen}</span>}
    </button>
  );
}

/** Dollars, tokens of an award, or both; null while it is not known. */
export function costWords(of: { charge_nanousd: number | null; charge_tokens: number | null }): string | null {
  if (of.charge_nanousd === null && of.charge_tokens === null) return null;
  const parts: string[] = [];
  if (of.charge_nanousd) parts.push(moneyWords(of.charge_nanousd));
  if (of.charge_tokens) parts.push(t("message.tokens", { count: of.charge_tokens }));
  return parts.length ? parts.join(" + ") : t("message.free");
}
