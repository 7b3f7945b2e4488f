import { FolderOpen, Search, TextQuote } from "lucide-react";
import type { Area } from "@/shell/area";

/** What one keeps and finds again. Its labels stand here, as the bar shows them at once. */
export const library: Area = {
  nav: [
    { to: "/search", label: "Search your chats", icon: Search, section: "work", needs: [], order: 10 },
    { to: "/folders", label: "Folders", icon: FolderOpen, section: "work", needs: [], order: 12 },
    { to: "/prompts", label: "Prompts", icon: TextQuote, section: "work", needs: [], order: 14 },
  ],
  finds: (text, signal) => import("./finds").then((found) => found.finds(text, signal)),
};
