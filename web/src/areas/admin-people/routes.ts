import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/shell/root";

const parent = { getParentRoute: () => rootRoute } as const;

/** A word of the address that names a view of the page; what is none of them is the first. */
function view<const V extends string>(views: readonly [V, ...V[]]) {
  return (search: Record<string, unknown>): { view?: V } => {
    const found = views.find((one) => one === search.view);
    return found && found !== views[0] ? { view: found } : {};
  };
}

const members = createRoute({
  ...parent,
  path: "/admin/members",
  validateSearch: view(["people", "invites"]),
  component: lazyRouteComponent(() => import("./members/members"), "Members"),
});

const member = createRoute({
  ...parent,
  path: "/admin/members/$id",
  component: lazyRouteComponent(() => import("./members/member"), "MemberPage"),
});

const groups = createRoute({
  ...parent,
  path: "/admin/groups",
  component: lazyRouteComponent(() => import("./groups/groups"), "Groups"),
});

const group = createRoute({
  ...parent,
  path: "/admin/groups/$id",
  component: lazyRouteComponent(() => import("./groups/group"), "GroupPage"),
});

const roles = createRoute({
  ...parent,
  path: "/admin/roles",
  component: lazyRouteComponent(() => import("./roles/roles"), "Roles"),
});

const projects = createRoute({
  ...parent,
  path: "/admin/projects",
  component: lazyRouteComponent(() => import("./projects/projects"), "Projects"),
});

const project = createRoute({
  ...parent,
  path: "/admin/projects/$id",
  validateSearch: view(["people", "keys", "budgets", "rules"]),
  component: lazyRouteComponent(() => import("./projects/project"), "ProjectPage"),
});

const keys = createRoute({
  ...parent,
  path: "/admin/keys",
  validateSearch: (search: Record<string, unknown>): { project?: string } =>
    typeof search.project === "string" ? { project: search.project } : {},
  component: lazyRouteComponent(() => import("./keys/keys"), "Keys"),
});

const budgets = createRoute({
  ...parent,
  path: "/admin/budgets",
  component: lazyRouteComponent(() => import("./budgets/budgets"), "Budgets"),
});

const budget = createRoute({
  ...parent,
  path: "/admin/budgets/$id",
  component: lazyRouteComponent(() => import("./budgets/default"), "DefaultPage"),
});

const requests = createRoute({
  ...parent,
  path: "/admin/requests",
  validateSearch: view(["waiting", "decided"]),
  component: lazyRouteComponent(() => import("./requests/requests"), "Requests"),
});

const organization = createRoute({
  ...parent,
  path: "/admin/organization",
  component: lazyRouteComponent(() => import("./organization/settings"), "Settings"),
});

export const adminPeopleRoutes = [
  members,
  member,
  groups,
  group,
  roles,
  projects,
  project,
  keys,
  budgets,
  budget,
  requests,
  organization,
] as const;
