import { Bot } from "lucide-react";
import type { Area } from "@/shell/area";

/** Assistants, made by oneself, by others, or brought along. */
export const assistants: Area = {
  nav: [{ to: "/assistants", label: "Assistants", icon: Bot, section: "work", needs: [], order: 13 }],
};
