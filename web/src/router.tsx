// Every page of the workspace: one line an area. An area's routes.ts is small; its pages come when one goes there.
import { createRouter } from "@tanstack/react-router";
import { adminNumbersRoutes } from "@/areas/admin-numbers/routes";
import { adminPeopleRoutes } from "@/areas/admin-people/routes";
import { assistantRoutes } from "@/areas/assistants/routes";
import { awardingRoutes } from "@/areas/awarding/routes";
import { chatRoutes } from "@/areas/chat/routes";
import { galleryRoutes } from "@/areas/gallery/routes";
import { libraryRoutes } from "@/areas/library/routes";
import { privacyRoutes } from "@/areas/me/privacy/routes";
import { Waiting } from "@/shell/frame";
import { Failed, Lost } from "@/shell/lost";
import { rootRoute } from "@/shell/root";

const tree = rootRoute.addChildren([
  ...chatRoutes,
  ...assistantRoutes,
  ...awardingRoutes,
  ...adminNumbersRoutes,
  ...adminPeopleRoutes,
  ...libraryRoutes,
  ...privacyRoutes,
  ...galleryRoutes, // in development alone
]);

export const router = createRouter({
  routeTree: tree,
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0, // how long an answer is good is for the query client to say
  defaultPendingMs: 300,
  defaultPendingComponent: Waiting,
  defaultErrorComponent: Failed,
  defaultNotFoundComponent: Lost,
  scrollRestoration: true,
  scrollToTopSelectors: ["#main"],
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
