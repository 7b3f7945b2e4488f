// What the chat area tells the shell about itself.
import type { Area } from "@/shell/area";
import { t } from "@/words/chat-keys";

export const chatArea: Area = {
  nav: [],
  shortcuts: [
    { keys: "Shift Esc", does: t("composer") },
    { keys: "Esc", does: t("stop") },
    { keys: "Alt C", does: t("copy") },
    { keys: "↑", does: t("edit") },
    { keys: "Alt [  Alt ]", does: t("branches") },
    { keys: "Alt ↓", does: t("newest") },
  ],
};
