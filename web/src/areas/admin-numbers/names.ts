// What ids in the address are called: filters stand there by their ids, and people read names.
import { useMemo } from "react";
import { useEverybody, useProjects } from "@/areas/admin-people/lists";

/** Names by id, of projects and of members as far as one may see them. */
export function useNames(): Readonly<Record<string, string>> {
  const projects = useProjects().data;
  const people = useEverybody().data;
  return useMemo(
    () =>
      Object.fromEntries([
        ...(projects ?? []).map((one) => [one.id, one.name] as const),
        ...(people ?? []).map((one) => [one.id, one.name] as const),
      ]),
    [projects, people],
  );
}
