// What the pages about privacy ask the server for, and how it is called in the query client.
import { queryOptions } from "@tanstack/react-query";
import { api, type Gives } from "@/api/client";

export type Training = Gives<"GET", "/v1/tokenry/me/training">;
export type TrainingProject = Training["projects"][number];
export type Consent = Training["consents"][number];
export type Policy = Gives<"GET", "/v1/tokenry/workspace_policy">;
export type Grant = Gives<"POST", "/v1/tokenry/content_grants">;
export type Access = Gives<"GET", "/v1/tokenry/me/content_accesses">["accesses"][number];
export type Withdrawal = Gives<"GET", "/v1/tokenry/training/withdrawals">["data"][number];

export const TRAINING = ["me", "training"] as const;
export const POLICY = ["workspace-policy"] as const;
export const GRANTS = ["content-grants"] as const;
export const WITHDRAWALS = ["training-withdrawals"] as const;

export const trainingQuery = queryOptions({
  queryKey: TRAINING,
  queryFn: ({ signal }) => api.get("/v1/tokenry/me/training", { signal }),
});

export const policyQuery = queryOptions({
  queryKey: POLICY,
  queryFn: ({ signal }) => api.get("/v1/tokenry/workspace_policy", { signal }),
});

export const accessesQuery = queryOptions({
  queryKey: ["me", "content-accesses"],
  queryFn: ({ signal }) => api.get("/v1/tokenry/me/content_accesses", { signal }),
});
