/** Under the composer: what this chat cost, and what is left. */
import { t } from "@/words/chat";
import { costWords } from "../messages/AnswerTools";
import type { Chat } from "../model/types";
import { Standing } from "../money/Standing";

type Props = {
  /** Null for one that is not made yet. */
  chat: Pick<Chat, "charge_nanousd" | "charge_tokens"> | null;
  projectId: string | null;
  model: string | null;
  onAsk: () => void;
};

export function Foot({ chat, projectId, model, onAsk }: Props) {
  return (
    <div className="flex min-h-7 flex-wrap items-center justify-between gap-x-3 text-xs text-soft">
      <span className="figures px-1">
        {chat &&
          (chat.charge_nanousd > 0 || chat.charge_tokens > 0) &&
          t("money.chat", { amount: costWords(chat) ?? "" })}
      </span>
      <Standing projectId={projectId} model={model} onAsk={onAsk} />
    </div>
  );
}
