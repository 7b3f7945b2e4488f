// How components learn who they speak to, and how server state is kept. Server state lives in TanStack Query alone.
import { QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { ApiError, SomebodyElse } from "./errors";
import type { Me } from "./schema";
import { currentSession, type SessionState, watchSession } from "./session";

const FRESH_MS = 15_000;

/** A refusal stays a refusal; only what nobody answered, or a server that stumbled, is worth another try. */
export function worthRetry(failures: number, error: Error): boolean {
  if (error instanceof SomebodyElse || (error instanceof ApiError && error.status < 500)) return false;
  return failures < 2;
}

export const queries = new QueryClient({
  defaultOptions: {
    queries: { staleTime: FRESH_MS, retry: worthRetry, refetchOnWindowFocus: true },
    mutations: { retry: false },
  },
});

export function useSession(): SessionState {
  return useSyncExternalStore(watchSession, currentSession);
}

export function useMe(): Me {
  return useSession().me;
}

/** Whether the person may: any one of these permissions, in the whole organization. No permission named = everybody. */
export function may(me: Me, ...needs: readonly string[]): boolean {
  return needs.length === 0 || needs.some((one) => me.permissions.includes(one));
}

export function useMay(...needs: readonly string[]): boolean {
  return may(useMe(), ...needs);
}
