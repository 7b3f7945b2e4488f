// Who this browser is signed in as, as long as the page lives. Knows `GET /v1/tokenry/me` and nothing else of the API.
import { errorOf, Unreachable } from "./errors";
import type { Me } from "./schema";

export type SessionState =
  | { kind: "open"; me: Me }
  | { kind: "ended"; me: Me } // the cookie opens nothing any more; what was typed stays where it is
  | { kind: "other"; me: Me }; // somebody else signed in, in another tab

let state: SessionState | null = null;
let asking: Promise<Me | null> | null = null;
const watchers = new Set<() => void>();

function become(next: SessionState): void {
  state = next;
  for (const watcher of watchers) watcher();
}

async function ask(): Promise<Me | null> {
  const asked: RequestInit = { credentials: "same-origin", headers: { accept: "application/json" } };
  const response = await fetch("/v1/tokenry/me", asked).catch((cause: unknown) => {
    throw new Unreachable(cause);
  });
  if (response.status === 401) return null;
  if (!response.ok) throw await errorOf(response);
  return (await response.json()) as Me;
}

function askShared(): Promise<Me | null> {
  asking ??= ask().finally(() => {
    asking = null;
  });
  return asking;
}

/** Tabs of one browser share its cookie: each says who it began as, so that the others notice a change. */
function tellTabs(me: Me): void {
  const tabs = new BroadcastChannel("tokenry.session");
  tabs.onmessage = (event: MessageEvent<unknown>) => {
    if (state === null) return;
    if (event.data !== state.me.id) become({ kind: "other", me: state.me });
    else if (state.kind === "ended") void lookAgain();
  };
  tabs.postMessage(me.id);
}

export function isSomebodyElse(): boolean {
  return state?.kind === "other";
}

/** Where one signs in, to come back to this page. */
export function signInAddress(): string {
  return `/sign-in?next=${encodeURIComponent(window.location.pathname + window.location.search)}`;
}

/** Who is signed in, asked once as the page begins. Somebody who is not is sent to sign in. */
export async function beginSession(): Promise<Me> {
  if (state) return state.me;
  const me = await askShared();
  if (me === null) {
    window.location.replace(signInAddress());
    return new Promise(() => {}); // the page is being left
  }
  if (state === null) {
    state = { kind: "open", me };
    tellTabs(me);
  }
  return me;
}

/** The token that guards changes. Throws when nobody is signed in, or somebody else. */
export async function sessionToken({ fresh = false } = {}): Promise<string> {
  if (fresh || state?.kind !== "open") await lookAgain();
  return (state?.kind === "open" && state.me.csrf_token) || "";
}

/** The server said that the session opens nothing. */
export function sessionEnded(): void {
  if (state?.kind === "open") become({ kind: "ended", me: state.me });
}

/** Asks again who is signed in: after a refusal, and when the person comes back from another tab. */
export async function lookAgain(): Promise<SessionState | null> {
  const me = await askShared().catch(() => undefined);
  if (me === undefined || state === null) return state;
  if (me === null) sessionEnded();
  else if (me.id !== state.me.id) become({ kind: "other", me: state.me });
  else if (state.kind !== "open" || me.csrf_token !== state.me.csrf_token) become({ kind: "open", me });
  return state;
}

/** The organization's name was changed, or what one may do: everything that shows it is told. */
export async function refreshSession(): Promise<void> {
  const me = await askShared().catch(() => null);
  if (me && state?.kind === "open") become({ kind: "open", me });
}

export function watchSession(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export function currentSession(): SessionState {
  if (state === null) throw new Error("The session is read before it began.");
  return state;
}
