/** Models and who saw a prompt, in words. Pure. */
import { listed } from "@/words";
import { t } from "@/words/chat";
import type { Message, Model, SeenBy } from "../model/types";

export function modelLabel(models: readonly Model[], id: string): string {
  return models.find((one) => one.id === id)?.label ?? id;
}

/** "answered on this house's machine", "answered by NAME"; null while nobody knows. */
export function seenWords(message: Pick<Message, "seen_by">): string | null {
  const last = message.seen_by?.at(-1);
  if (!last) return null;
  return last.place === "house" ? t("message.seenHouse") : t("message.seenProvider", { name: last.provider });
}

/** Where the words of a model's askers go. */
export function whereWords(seenBy: readonly Pick<SeenBy, "provider" | "place">[]): string {
  const others = seenBy.filter((one) => one.place !== "house").map((one) => one.provider);
  return others.length ? t("model.seenProvider", { names: listed(new Set(others)) }) : t("model.seenHouse");
}
