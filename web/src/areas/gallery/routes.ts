import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/shell/root";

/** Everything of the design system on one page, to look at while one works on it. Not in what is built. */
export const galleryRoutes = import.meta.env.DEV
  ? ([
      createRoute({
        getParentRoute: () => rootRoute,
        path: "/gallery",
        component: lazyRouteComponent(() => import("./gallery"), "Gallery"),
      }),
    ] as const)
  : ([] as const);
