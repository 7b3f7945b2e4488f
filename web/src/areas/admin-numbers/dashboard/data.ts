// What the dashboard's parts read from the API's answer.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, type Gives } from "@/api/client";
import { t } from "@/words/admin-numbers";
import type { Series } from "../chart/layout";
import { type Asked, dayIn, type GroupBy, type Measure, queryOf } from "./asked";

export type Picture = Gives<"GET", "/v1/tokenry/dashboard">;
export type Figures = Picture["total"];
export type Group = Picture["groups"][number];
export type Scope = "all" | "mine";

const FRESH_MS = 30_000;

/** Where the organization's days begin; the reader's own zone until that is known. */
export function useZone(): string {
  const found = useQuery({
    queryKey: ["organization", "zone"],
    queryFn: ({ signal }) => api.get("/v1/tokenry/organization", { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return found.data?.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function usePicture(scope: Scope, asked: Asked) {
  const zone = useZone();
  const query = useMemo(() => queryOf(asked, dayIn(zone)), [asked, zone]);
  const found = useQuery({
    queryKey: ["dashboard", scope, query],
    queryFn: ({ signal }): Promise<Picture> => {
      if (scope === "all") return api.get("/v1/tokenry/dashboard", { query, signal });
      const { user_ids: _, ...mine } = query;
      return api.get("/v1/tokenry/me/usage", { query: mine, signal });
    },
    placeholderData: keepPreviousData,
    staleTime: FRESH_MS,
  });
  return { found, query };
}

/** What a group is called; what nobody is called by any more keeps its id. Keys of several projects may bear one name. */
export function nameOf(group: { id: string; name: string | null; within: string | null }, by: GroupBy): string {
  if (group.name && group.within) return t("keyOf", { key: group.name, project: group.within });
  if (group.name) return group.name;
  if (by === "tier" && group.id === "") return t("default");
  if (by === "member" && group.id === "") return t("nobody");
  return group.id === "" ? t("gone") : group.id;
}

type Told = Group["series"];

/** The figure of a stretch that a chart shows. */
function valuesOf(told: Told, measure: Measure): number[] {
  switch (measure) {
    case "cost":
      return told.charge_nanousd.map((nano, at) => nano + (told.covered_nanousd[at] ?? 0));
    case "tokens":
      return told.input_tokens.map((tokens, at) => tokens + (told.output_tokens[at] ?? 0));
    case "requests":
      return told.requests;
    case "failed":
      return told.failed;
  }
}

/** The chart's series: one for each group that stands alone, then all others together. */
export function seriesOf(picture: Picture, measure: Measure): Series[] {
  const by = picture.group_by;
  if (by === null)
    return [{ id: "all", label: t(`measure.${measure}`), values: valuesOf(picture.series, measure), look: 1 }];
  const series: Series[] = picture.groups.map((group, at) => ({
    id: `group ${group.id}`,
    label: nameOf(group, by),
    values: valuesOf(group.series, measure),
    look: at + 1,
  }));
  if (picture.rest) {
    const label = t("others", { count: picture.rest.groups });
    series.push({ id: "rest", label, values: valuesOf(picture.rest.series, measure), look: 0 });
  }
  return series;
}
