// The areas of the workspace, in one list: what the bar on the left shows. Their routes stand in ../router.tsx.
import type { ComponentType } from "react";
import type { Area } from "@/shell/area";

export const AREAS: readonly Area[] = [];

/** The chats in the bar on the left; the chat area puts its own here: `lazy(() => import("./chat/list"))`. */
export const ChatList: ComponentType | null = null as ComponentType | null;
