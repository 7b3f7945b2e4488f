// What can go wrong between this page and the server, as a page can tell it.

/** What the server refused, in its own words. `requestId` is what its operator can find it by. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string | null,
    message: string,
    readonly param: string | null,
    readonly requestId: string | null,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** Nobody answered: the machine is offline, or the server is not there. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super("The server cannot be reached.", { cause });
    this.name = "Unreachable";
  }
}

/** Somebody else is signed in in this browser now: nothing of theirs is asked for from this page. */
export class SomebodyElse extends Error {
  constructor() {
    super("Somebody else is signed in in this browser now.");
    this.name = "SomebodyElse";
  }
}

/** The error that an answer tells. */
export async function errorOf(response: Response): Promise<ApiError> {
  const requestId = response.headers.get("x-request-id");
  const text = await response.text().catch(() => "");
  let told: { message?: unknown; code?: unknown; param?: unknown } = {};
  try {
    told = (JSON.parse(text) as { error?: typeof told }).error ?? {};
  } catch {
    // not ours: a proxy in between answered
  }
  const message = typeof told.message === "string" ? told.message : `The server answered with ${response.status}.`;
  const word = (value: unknown) => (typeof value === "string" ? value : null);
  return new ApiError(response.status, word(told.code), message, word(told.param), requestId);
}
