import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/shell/root";
import { lookedFor } from "./audit/looked";
import { askedOf } from "./dashboard/asked";
import { soughtOf } from "./receipts/sought";

const getParentRoute = () => rootRoute;
const oneOf = <const T extends string>(value: unknown, words: readonly T[]) => words.find((one) => one === value);

const dashboard = createRoute({
  getParentRoute,
  path: "/admin/dashboard",
  validateSearch: askedOf,
  component: lazyRouteComponent(() => import("./dashboard/page"), "Dashboard"),
});

const usage = createRoute({
  getParentRoute,
  path: "/me/usage",
  validateSearch: askedOf,
  component: lazyRouteComponent(() => import("./dashboard/page"), "MyUsage"),
});

const receipts = createRoute({
  getParentRoute,
  path: "/admin/receipts",
  validateSearch: soughtOf,
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
  validateSearch: soughtOf,
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
  validateSearch: (said: Record<string, unknown>): { view?: "models" | "prices" | "margins" | "plans" } => {
    const view = oneOf(said.view, ["models", "prices", "margins", "plans"]);
    return view ? { view } : {};
  },
  component: lazyRouteComponent(() => import("./models/page"), "Models"),
});

const audit = createRoute({
  getParentRoute,
  path: "/admin/audit",
  validateSearch: lookedFor,
  component: lazyRouteComponent(() => import("./audit/page"), "Audit"),
});

const health = createRoute({
  getParentRoute,
  path: "/admin/health",
  component: lazyRouteComponent(() => import("./health/page"), "Health"),
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
] as const;
