// The route around all others: who is signed in is known before anything is drawn.
import { createRootRoute } from "@tanstack/react-router";
import { beginSession } from "@/api/session";
import { Frame } from "./frame";
import { Failed, Lost } from "./lost";

export const rootRoute = createRootRoute({
  beforeLoad: async () => ({ me: await beginSession() }),
  component: Frame,
  notFoundComponent: Lost,
  errorComponent: Failed,
});
