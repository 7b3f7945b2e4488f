import type { Gives } from "@/api/client";

export type Listed = Gives<"GET", "/v1/tokenry/training_sets">["data"][number];
export type Full = Gives<"GET", "/v1/tokenry/training_sets/{set_id}">;
export type Details = NonNullable<Full["details"]>;
export type Step = Details["funnel"][number];
export type Share = NonNullable<Details["content"]>["languages"][number];
export type Input = Details["inputs"][number];
export type Shard = Details["shards"][number];

export const GOOD: Readonly<Record<string, "good" | "bad" | "plain">> = {
  good: "good",
  current: "good",
  none: "plain",
  older: "bad",
  broken: "bad",
  unreadable: "bad",
};
