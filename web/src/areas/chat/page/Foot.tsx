/** Under the composer: what this chat cost, and what is left. */
import { t } from "@/words/chat";
import { costWords } from "../messages/AnswerTools";
import type { Chat } from "../model/types";
import { Standing } from "../money/Standing";

type Props = {
  chat: Pick<Chat, "model" | "charge_nanousd" | "charge_tokens" | "temporary"> | null;
  model?: string | null;
  onAsk: () => void;
};

export function Foot({ chat, model = chat?.model ?? null, onAsk }: Props) {
  return (
    <div className="flex min-h-7 flex-wrap items-center justify-between gap-x-3 text-xs text-soft">
      <span className="figures px-1">
        {chat &&
          (chat.charge_nanousd > 0 || chat.charge_tokens > 0) &&
          t("money.chat", { amount: costWords(chat) ?? "" })}
      </span>
      <Standing model={model} onAsk={onAsk} />
    </div>
  );
}
