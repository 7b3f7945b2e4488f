// The routes of awards. Each side (officers, reviewers, applicants, those who have an award) comes as a piece of its own.
import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { rootRoute } from "@/shell/root";
import type { Filters } from "./officer/applications";
import type { AwardFilters } from "./officer/awards";
import type { ProgrammeTab } from "./officer/programme";

const getParentRoute = () => rootRoute;
const word = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
const oneOf = <const T extends string>(value: unknown, words: readonly T[]) => words.find((one) => one === value);

const filtersOf = (said: Record<string, unknown>): Filters => ({
  state: oneOf(said.state, [
    "submitted",
    "under_review",
    "returned",
    "waitlisted",
    "approved",
    "accepted",
    "declined",
    "refused",
    "withdrawn",
  ]),
  tier: word(said.tier),
  call_id: word(said.call_id),
});

const begin = createRoute({
  getParentRoute,
  path: "/awarding",
  beforeLoad: () => {
    throw redirect({ to: "/awarding/desk", replace: true });
  },
});
const desk = createRoute({
  getParentRoute,
  path: "/awarding/desk",
  component: lazyRouteComponent(() => import("./officer/desk"), "Desk"),
});
const programmes = createRoute({
  getParentRoute,
  path: "/awarding/programmes",
  component: lazyRouteComponent(() => import("./officer/programmes"), "Programmes"),
});
const newProgramme = createRoute({
  getParentRoute,
  path: "/awarding/programmes/new",
  component: lazyRouteComponent(() => import("./officer/new-programme"), "NewProgramme"),
});
const programme = createRoute({
  getParentRoute,
  path: "/awarding/programmes/$id",
  validateSearch: (said: Record<string, unknown>): Filters & { tab?: ProgrammeTab | undefined } => ({
    ...filtersOf(said),
    tab: oneOf(said.tab, ["overview", "calls", "applications", "settings"]),
  }),
  component: lazyRouteComponent(() => import("./officer/programme"), "Programme"),
});
const applications = createRoute({
  getParentRoute,
  path: "/awarding/applications",
  validateSearch: (said: Record<string, unknown>): Filters & { programme_id?: string | undefined } => ({
    ...filtersOf(said),
    programme_id: word(said.programme_id),
  }),
  component: lazyRouteComponent(() => import("./officer/applications"), "Applications"),
});
const application = createRoute({
  getParentRoute,
  path: "/awarding/applications/$id",
  component: lazyRouteComponent(() => import("./officer/application"), "Application"),
});
const awards = createRoute({
  getParentRoute,
  path: "/awarding/awards",
  validateSearch: (said: Record<string, unknown>): AwardFilters => ({
    programme_id: word(said.programme_id),
    state: oneOf(said.state, ["granting", "active", "suspended", "closing", "closed"]),
  }),
  component: lazyRouteComponent(() => import("./officer/awards"), "Awards"),
});
const award = createRoute({
  getParentRoute,
  path: "/awarding/awards/$id",
  component: lazyRouteComponent(() => import("./officer/award"), "AwardPage"),
});
const reviews = createRoute({
  getParentRoute,
  path: "/awarding/reviews",
  component: lazyRouteComponent(() => import("./reviewer/reviews"), "Reviews"),
});
const review = createRoute({
  getParentRoute,
  path: "/awarding/reviews/$id",
  component: lazyRouteComponent(() => import("./reviewer/review"), "ReviewPage"),
});
const calls = createRoute({
  getParentRoute,
  path: "/awarding/calls",
  component: lazyRouteComponent(() => import("./applicant/open-calls"), "OpenCalls"),
});
const call = createRoute({
  getParentRoute,
  path: "/awarding/calls/$id",
  component: lazyRouteComponent(() => import("./applicant/apply"), "Apply"),
});
const mine = createRoute({
  getParentRoute,
  path: "/awarding/mine",
  component: lazyRouteComponent(() => import("./awardee/mine"), "Mine"),
});
const myApplication = createRoute({
  getParentRoute,
  path: "/awarding/mine/applications/$id",
  component: lazyRouteComponent(() => import("./applicant/application"), "MyApplicationPage"),
});
const myAward = createRoute({
  getParentRoute,
  path: "/awarding/mine/awards/$id",
  component: lazyRouteComponent(() => import("./awardee/award"), "MyAwardPage"),
});
const certificates = createRoute({
  getParentRoute,
  path: "/awarding/certificates",
  component: lazyRouteComponent(() => import("./awardee/certificates"), "Certificates"),
});

export const awardingRoutes = [
  begin,
  desk,
  programmes,
  newProgramme,
  programme,
  applications,
  application,
  awards,
  award,
  reviews,
  review,
  calls,
  call,
  mine,
  myApplication,
  myAward,
  certificates,
] as const;
