import type { Gives } from "@/api/client";

export type Health = Gives<"GET", "/v1/tokenry/health">;
export type Finding = Health["findings"][number];
export type Engine = Health["engines"][number];
export type Breaker = Health["breakers"][number];
