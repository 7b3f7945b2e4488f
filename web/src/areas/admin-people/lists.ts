// Lists that several of these rooms choose from, whole, and how they are called in the query client.
import { useQuery } from "@tanstack/react-query";
import { api, type Gives } from "@/api/client";
import { useMay } from "@/api/hooks";
import { allOf } from "@/api/pages";

export type Member = Gives<"GET", "/v1/organization/users/{user_id}">;
export type Group = Gives<"GET", "/v1/organization/groups/{group_id}">;
export type Project = Gives<"GET", "/v1/organization/projects/{project_id}">;
export type Budget = Gives<"GET", "/v1/tokenry/budgets/{budget_id}">;

/** What begins a list's name: all that is under it goes stale at once. */
export const MEMBERS = ["members"] as const;
export const INVITES = ["invites"] as const;
export const GROUPS = ["groups"] as const;
export const PROJECTS = ["projects"] as const;
export const KEYS = ["keys"] as const;
export const BUDGETS = ["budgets"] as const;
export const REQUESTS = ["limit-requests"] as const;

const PAGE = 100;

export function useEverybody() {
  return useQuery({
    queryKey: [...MEMBERS, "all"],
    queryFn: ({ signal }) =>
      allOf((after) => api.get("/v1/organization/users", { query: { after, limit: PAGE }, signal }), signal),
    enabled: useMay("members.read"),
  });
}

export function useGroups() {
  return useQuery({
    queryKey: [...GROUPS, "all"],
    queryFn: ({ signal }) =>
      allOf((after) => api.get("/v1/organization/groups", { query: { after, limit: PAGE }, signal }), signal),
    enabled: useMay("groups.read"),
  });
}

export function useProjects() {
  return useQuery({
    queryKey: [...PROJECTS, "all"],
    queryFn: ({ signal }) =>
      allOf((after) => api.get("/v1/organization/projects", { query: { after, limit: PAGE }, signal }), signal),
  });
}

/** Words first, as people sort them. */
export function byName<T extends { name: string }>(things: readonly T[] | undefined): T[] {
  const words = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  return [...(things ?? [])].sort((a, b) => words.compare(a.name, b.name));
}

/** Somebody by name, with the address that tells two of the same name apart. */
export function labelOf(person: { name: string; email: string | null }): string {
  return person.email ? `${person.name} (${person.email})` : person.name;
}

/** The names of all models that are served: of the catalogue, or where that is not one's to see, of a project's lines. */
export function useModelNames(projectId?: string) {
  const whole = useMay("prices.read");
  return useQuery({
    queryKey: ["model-names", whole ? null : (projectId ?? null)],
    queryFn: async ({ signal }) => {
      if (whole) return (await api.get("/v1/tokenry/catalogue", { signal })).data.map((one) => one.name);
      const path = { project_id: projectId ?? "" };
      const lines = await allOf(
        (after) =>
          api.get("/v1/organization/projects/{project_id}/rate_limits", {
            path,
            query: { after, limit: PAGE },
            signal,
          }),
        signal,
      );
      return lines.map((one) => one.model);
    },
    enabled: whole || projectId !== undefined,
  });
}
