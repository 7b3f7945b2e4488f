// Where one chats: a new chat at `/`, and each chat under its id.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/shell/root";

type NewChatSearch = { folder?: string; assistant?: string; prompt?: string };
type ChatSearch = { message?: string };

const words = (value: unknown) => (typeof value === "string" && value ? value : undefined);

const newChat = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  validateSearch: (search: Record<string, unknown>): NewChatSearch => {
    const [folder, assistant, prompt] = [words(search.folder), words(search.assistant), words(search.prompt)];
    return { ...(folder && { folder }), ...(assistant && { assistant }), ...(prompt && { prompt }) };
  },
  component: lazyRouteComponent(() => import("./page/NewChat"), "NewChat"),
});

const chat = createRoute({
  getParentRoute: () => rootRoute,
  path: "/chat/$id",
  validateSearch: (search: Record<string, unknown>): ChatSearch => {
    const message = words(search.message);
    return message ? { message } : {};
  },
  // What the page asks for first is on its way beside its code, from the moment the pointer rests on a chat's name.
  loader: ({ params }) => {
    void import("./model/api").then((chats) => chats.fetchAhead(params.id));
  },
  component: lazyRouteComponent(() => import("./page/ChatPage"), "ChatPage"),
});

export const chatRoutes = [newChat, chat] as const;
