// The one way to the server: our public API, with this browser's session. Knows no page.
import { errorOf, SomebodyElse, Unreachable } from "./errors";
import type { Calls } from "./schema";
import { isSomebodyElse, sessionEnded, sessionToken } from "./session";

export { ApiError, errorOf, SomebodyElse, Unreachable } from "./errors";

type Method = keyof Calls;
type Paths<M extends Method> = keyof Calls[M] & string;

/** A member that may be left out when nothing in it must be said. */
type Needed<Name extends string, T> = [T] extends [never]
  ? { [K in Name]?: undefined }
  : T extends Record<string, never>
    ? { [K in Name]?: undefined }
    : Record<string, never> extends T
      ? { [K in Name]?: T }
      : { [K in Name]: T };

interface Shape {
  path: unknown;
  query: unknown;
  body: unknown;
  gives: unknown;
}
type Call<M extends Method, P extends Paths<M>> = Calls[M][P] extends Shape ? Calls[M][P] : never;
type Said<C extends Shape> = Needed<"path", C["path"]> &
  Needed<"query", C["query"]> &
  Needed<"body", C["body"]> & { signal?: AbortSignal; once?: string };
type Rest<S> = Record<string, never> extends S ? [said?: S] : [said: S];

/** What a route gives: `Gives<"GET", "/v1/tokenry/me">`. */
export type Gives<M extends Method, P extends Paths<M>> = Call<M, P>["gives"];

export interface Loose {
  path?: Record<string, string | number>;
  query?: Record<string, unknown>;
  body?: unknown;
  signal?: AbortSignal;
  /** An Idempotency-Key: the same act under the same key is done once, however often it is sent. */
  once?: string;
}

/** A path with its parameters and its query. Members that are null, undefined or "" are left out; a list repeats. */
export function addressOf(path: string, said: Loose = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(said.path?.[name] ?? "")));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(said.query ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined && one !== "") query.append(name, String(one));
    }
  }
  const text = query.toString();
  return text ? `${filled}?${text}` : filled;
}

/**
 * Sends one request and gives the answer as it came, once it is a good one. For streams, files and forms; everything
 * else goes through `api`. A refused forgery token is fetched anew once: the session was renewed in another tab.
 */
export async function send(method: Method, path: string, said: Loose = {}): Promise<Response> {
  const first = await sendOnce(method, path, said);
  if (first.ok) return first;
  const error = await errorOf(first);
  if (error.code === "csrf_refused") {
    await sessionToken({ fresh: true });
    const again = await sendOnce(method, path, said);
    if (again.ok) return again;
    throw await errorOf(again);
  }
  if (error.status === 401) sessionEnded();
  throw error;
}

async function sendOnce(method: Method, path: string, said: Loose): Promise<Response> {
  if (isSomebodyElse()) throw new SomebodyElse();
  const headers = new Headers({ accept: "application/json, */*;q=0.5" });
  if (method !== "GET") headers.set("x-tokenry-csrf", await sessionToken());
  if (said.once) headers.set("idempotency-key", said.once);
  let body: BodyInit | undefined;
  if (said.body instanceof FormData || said.body instanceof Blob) body = said.body;
  else if (said.body !== undefined) {
    headers.set("content-type", "application/json");
    body = JSON.stringify(said.body);
  }
  const asked: RequestInit = { method, headers, credentials: "same-origin", signal: said.signal ?? null };
  if (body !== undefined) asked.body = body;
  try {
    return await fetch(addressOf(path, said), asked);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Unreachable(error);
  }
}

async function asked(method: Method, path: string, said: Loose | undefined): Promise<unknown> {
  const response = await send(method, path, said);
  const text = await response.text();
  return text === "" ? undefined : JSON.parse(text);
}

type Ask<M extends Method> = <P extends Paths<M>>(path: P, ...rest: Rest<Said<Call<M, P>>>) => Promise<Gives<M, P>>;

function method<M extends Method>(name: M): Ask<M> {
  return (path, ...[said]) => asked(name, path, said as Loose | undefined) as Promise<never>;
}

/**
 * The API, typed by its OpenAPI document:
 * `await api.get("/v1/organization/projects/{project_id}", { path: { project_id } })`.
 */
export const api = {
  get: method("GET"),
  post: method("POST"),
  put: method("PUT"),
  delete: method("DELETE"),
};
