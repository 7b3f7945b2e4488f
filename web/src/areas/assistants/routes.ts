// The catalogue of assistants, and one of them.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/shell/root";

const parent = { getParentRoute: () => rootRoute } as const;

const catalogue = createRoute({
  ...parent,
  path: "/assistants",
  component: lazyRouteComponent(() => import("./Catalogue"), "Catalogue"),
});

const assistant = createRoute({
  ...parent,
  path: "/assistants/$id",
  component: lazyRouteComponent(() => import("./AssistantPage"), "AssistantPage"),
});

export const assistantRoutes = [catalogue, assistant] as const;
