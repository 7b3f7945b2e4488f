// Folders, prompts, search, and what one shows to others.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/shell/root";

const parent = { getParentRoute: () => rootRoute } as const;

const folders = createRoute({
  ...parent,
  path: "/folders",
  component: lazyRouteComponent(() => import("./folders/Folders"), "Folders"),
});

const folder = createRoute({
  ...parent,
  path: "/folders/$id",
  component: lazyRouteComponent(() => import("./folders/Folder"), "FolderPage"),
});

const prompts = createRoute({
  ...parent,
  path: "/prompts",
  component: lazyRouteComponent(() => import("./prompts/Prompts"), "Prompts"),
});

const search = createRoute({
  ...parent,
  path: "/search",
  validateSearch: (said: Record<string, unknown>): { q?: string } =>
    typeof said.q === "string" && said.q ? { q: said.q } : typeof said.q === "number" ? { q: String(said.q) } : {},
  component: lazyRouteComponent(() => import("./search/Search"), "Search"),
});

const shares = createRoute({
  ...parent,
  path: "/shared",
  component: lazyRouteComponent(() => import("./share/Shares"), "Shares"),
});

const shared = createRoute({
  ...parent,
  path: "/shared/$id",
  component: lazyRouteComponent(() => import("./share/Shared"), "Shared"),
});

export const libraryRoutes = [folders, folder, prompts, search, shares, shared] as const;
