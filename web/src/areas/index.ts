// The areas of the workspace, in one list: what the bar on the left shows. Their routes stand in ../router.tsx.
import { type ComponentType, lazy } from "react";
import type { Area } from "@/shell/area";
import { adminNumbers } from "./admin-numbers/area";
import { adminPeople } from "./admin-people/area";
import { assistants } from "./assistants/area";
import { awarding } from "./awarding/area";
import { chatArea } from "./chat/area";
import { library } from "./library/area";
import { privacy } from "./me/privacy/area";

export const AREAS: readonly Area[] = [adminNumbers, adminPeople, assistants, awarding, chatArea, library, privacy];

/** The chats in the bar on the left. */
export const ChatList: ComponentType | null = lazy(() => import("./chat/list"));
