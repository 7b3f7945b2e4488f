// The catalogue and what its parts are called.
import { useQuery } from "@tanstack/react-query";
import { api, type Gives } from "@/api/client";
import { t } from "@/words/admin-models";

export type Catalogue = Gives<"GET", "/v1/tokenry/catalogue">;
export type Model = Catalogue["data"][number];
export type Deployment = Model["deployments"][number];
export type Rate = NonNullable<Model["price"]>[number];

const LOOK_MS = 15_000; // states change by themselves

export function useCatalogue() {
  return useQuery({
    queryKey: ["catalogue"],
    queryFn: ({ signal }) => api.get("/v1/tokenry/catalogue", { signal }),
    refetchInterval: LOOK_MS,
  });
}

/** The usual rate of a meter: of the default tier, for the smallest input. */
export function rateOf(rates: readonly Rate[] | null, ...meters: readonly string[]): Rate | null {
  for (const meter of meters) {
    const found = rates?.find((one) => one.meter === meter && one.service_tier === "default" && one.above_tokens === 0);
    if (found) return found;
  }
  return null;
}

export type Readiness = "ready" | "some" | "down";

/** Whether anybody serves a model now. One whose breaker is open is left alone for a while. */
export function readinessOf(deployments: readonly Deployment[]): { state: Readiness; ready: number } {
  const ready = deployments.filter((one) => one.engine === "ready" && one.breaker !== "open").length;
  return { state: ready === 0 ? "down" : ready === deployments.length ? "ready" : "some", ready };
}

export function unitOf(rate: Rate): string {
  return t(`unit.${rate.per as "million_tokens" | "second" | "image"}`);
}
