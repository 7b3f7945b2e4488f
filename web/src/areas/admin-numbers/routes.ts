// The routes of the rooms of numbers. It is fetched with the shell, so words of an address are looked at by the pages.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/shell/root";

const getParentRoute = () => rootRoute;

/** The address's words by these names, as they are. */
function words<const K extends string>(...names: readonly K[]) {
  return (said: Record<string, unknown>) =>
    Object.fromEntries(
      names.flatMap((name) => (["string", "number"].includes(typeof said[name]) ? [[name, String(said[name])]] : [])),
    ) as { [name in K]?: string | undefined };
}

const picture = words("window", "from", "to", "by", "measure", "project", "model", "member", "key");
const list = words("project", "member", "key", "model", "state", "from", "to", "usd");

const dashboard = createRoute({
  getParentRoute,
  path: "/admin/dashboard",
  validateSearch: picture,
  component: lazyRouteComponent(() => import("./dashboard/page"), "Dashboard"),
});

const usage = createRoute({
  getParentRoute,
  path: "/me/usage",
  validateSearch: picture,
  component: lazyRouteComponent(() => import("./dashboard/page"), "MyUsage"),
});

const receipts = createRoute({
  getParentRoute,
  path: "/admin/receipts",
  validateSearch: list,
  component: lazyRouteComponent(() => import("./receipts/list"), "Receipts"),
});

const receipt = createRoute({
  getParentRoute,
  path: "/admin/receipts/$id",
  component: lazyRouteComponent(() => import("./receipts/one"), "ReceiptPage"),
});

const myReceipts = createRoute({
  getParentRoute,
  path: "/me/receipts",
  validateSearch: list,
  component: lazyRouteComponent(() => import("./receipts/list"), "MyReceipts"),
});

const myReceipt = createRoute({
  getParentRoute,
  path: "/me/receipts/$id",
  component: lazyRouteComponent(() => import("./receipts/one"), "MyReceiptPage"),
});

const models = createRoute({
  getParentRoute,
  path: "/admin/models",
  validateSearch: words("view"),
  component: lazyRouteComponent(() => import("./models/page"), "Models"),
});

const audit = createRoute({
  getParentRoute,
  path: "/admin/audit",
  validateSearch: words("q", "type", "actor", "project", "from", "to"),
  component: lazyRouteComponent(() => import("./audit/page"), "Audit"),
});

const health = createRoute({
  getParentRoute,
  path: "/admin/health",
  component: lazyRouteComponent(() => import("./health/page"), "Health"),
});

const statements = createRoute({
  getParentRoute,
  path: "/admin/statements",
  validateSearch: words("project"),
  component: lazyRouteComponent(() => import("./statements/page"), "Statements"),
});

const trainingSets = createRoute({
  getParentRoute,
  path: "/admin/training-sets",
  component: lazyRouteComponent(() => import("./sets/list"), "TrainingSets"),
});

const trainingSet = createRoute({
  getParentRoute,
  path: "/admin/training-sets/$id",
  component: lazyRouteComponent(() => import("./sets/one"), "TrainingSetPage"),
});

const notifications = createRoute({
  getParentRoute,
  path: "/admin/notifications",
  validateSearch: words("view"),
  component: lazyRouteComponent(() => import("./news/page"), "Notifications"),
});

export const adminNumbersRoutes = [
  dashboard,
  usage,
  receipts,
  receipt,
  myReceipts,
  myReceipt,
  models,
  audit,
  health,
  statements,
  trainingSets,
  trainingSet,
  notifications,
] as const;
