// What Ctrl-K finds here: places in one's chats, folders, prompts.
import { FolderOpen, MessageSquare, TextQuote } from "lucide-react";
import { api } from "@/api/client";
import { queries } from "@/api/hooks";
import type { Found } from "@/shell/area";
import { ranked } from "@/shell/ranking";
import { t } from "@/words/library";
import { foldersQuery, promptsQuery } from "./lists";

const HITS = 5;

export async function finds(text: string, signal: AbortSignal): Promise<Found[]> {
  if (text === "") return [];
  const [folders, prompts, hits] = await Promise.all([
    queries.ensureQueryData(foldersQuery),
    queries.ensureQueryData(promptsQuery),
    api.get("/v1/tokenry/search", { query: { q: text, limit: HITS }, signal }),
  ]);
  return [
    ...hits.data.map(
      (hit): Found => ({
        id: hit.message_id ?? hit.chat_id,
        label: hit.title || t("untitled"),
        about: hit.message_id ? hit.snippet.map((piece) => piece.text).join("") : t("searchInTitle"),
        to: `/chat/${hit.chat_id}${hit.message_id ? `?message=${hit.message_id}` : ""}`,
        icon: MessageSquare,
      }),
    ),
    ...ranked(folders, (one) => one.name, text).map(
      (one): Found => ({
        id: one.id,
        label: one.name,
        about: t("folders"),
        to: `/folders/${one.id}`,
        icon: FolderOpen,
      }),
    ),
    ...ranked(prompts, (one) => `${one.title} ${one.name}`, text).map(
      (one): Found => ({
        id: one.id,
        label: one.title,
        about: `/${one.name}`,
        to: `/?prompt=${one.id}`,
        icon: TextQuote,
      }),
    ),
  ];
}
