// What is done with what people write: one's own page, and that of those who answer for it.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/shell/root";

const parent = { getParentRoute: () => rootRoute } as const;

const own = createRoute({
  ...parent,
  path: "/me/privacy",
  component: lazyRouteComponent(() => import("./Privacy"), "Privacy"),
});

const all = createRoute({
  ...parent,
  path: "/admin/privacy",
  component: lazyRouteComponent(() => import("../../admin-privacy/Privacy"), "Privacy"),
});

const reading = createRoute({
  ...parent,
  path: "/admin/reading/$id",
  validateSearch: (said: Record<string, unknown>): { chat?: string } =>
    typeof said.chat === "string" && said.chat ? { chat: said.chat } : {},
  component: lazyRouteComponent(() => import("../../admin-privacy/Reading"), "Reading"),
});

export const privacyRoutes = [own, all, reading] as const;
