/** Sends a file to the server, and asks how far it is with it. By XMLHttpRequest: fetch cannot tell how much was sent. */
import { ApiError, api, Unreachable } from "@/api/client";
import type { WorkspaceFileShape } from "@/api/schema";
import { sessionEnded, sessionToken } from "@/api/session";
import { t } from "@/words/files";
import type { Said, Sender } from "./attachments";

export type Place = { chat_id?: string; folder_id?: string; assistant_id?: string; project_id?: string };

const PATH = "/v1/tokenry/workspace_files";

type Told = { percent: (percent: number) => void; signal: AbortSignal };

/** Leaves a file. A refused forgery token is fetched anew once, as `send` of the client does it. */
export async function leave(file: File, place: Place, told: Told): Promise<WorkspaceFileShape> {
  try {
    return await post(file, place, told, await sessionToken());
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "csrf_refused") throw error;
    return post(file, place, told, await sessionToken({ fresh: true }));
  }
}

function post(file: File, place: Place, told: Told, token: string): Promise<WorkspaceFileShape> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    for (const [name, value] of Object.entries(place)) if (value) form.append(name, value);
    form.append("file", file, file.name);
    request.open("POST", PATH);
    request.setRequestHeader("accept", "application/json");
    request.setRequestHeader("x-tokenry-csrf", token);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) told.percent(Math.floor((100 * event.loaded) / event.total));
    };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText));
      else reject(refusal(request));
    };
    request.onerror = () => reject(new Unreachable(null));
    request.onabort = () => reject(new DOMException("stopped", "AbortError"));
    told.signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}

function refusal(request: XMLHttpRequest): ApiError {
  let error: { message?: string; code?: string; param?: string } = {};
  try {
    error = (JSON.parse(request.responseText) as { error?: typeof error }).error ?? {};
  } catch {
    // not ours: a proxy in between answered
  }
  if (request.status === 401) sessionEnded();
  const words = error.message ?? t("refused", { status: String(request.status) });
  const id = request.getResponseHeader("x-request-id");
  return new ApiError(request.status, error.code ?? null, words, error.param ?? null, id);
}

/** What went wrong, and whether trying again may help: without a network, without a session, or when much is asked. */
async function wordsOf(error: unknown): Promise<Said> {
  if (error instanceof Unreachable) return { error: t("unreachable"), again: true };
  if (!(error instanceof ApiError)) return { error: t("wentWrong"), again: true };
  if (error.status === 401) return { error: t("signedOut"), again: true };
  return { error: error.message, again: error.status === 429 || error.status >= 500 };
}

/** A sender that asks each time where a file is to lie. */
export function senderTo(place: () => Place, sizeMax: () => Promise<number>): Sender {
  return {
    send: async (file, percent, signal) => {
      const most = await sizeMax();
      if (file.size > most) {
        const words = t("tooLarge", { size: megabytes(file.size), limit: megabytes(most) });
        throw new ApiError(413, "request_too_large", words, "file", null);
      }
      return leave(file, place(), { percent, signal });
    },
    look: (fileId, signal) => api.get(`${PATH}/{file_id}`, { path: { file_id: fileId }, signal }),
    forget: (fileId) => {
      api.delete(`${PATH}/{file_id}`, { path: { file_id: fileId } }).catch(() => {
        // a file without a message goes by itself within a day
      });
    },
    wait: (ms, signal) =>
      new Promise((resolve, reject) => {
        const wait = setTimeout(resolve, ms);
        signal.addEventListener("abort", () => {
          clearTimeout(wait);
          reject(new DOMException("stopped", "AbortError"));
        });
      }),
    words: wordsOf,
  };
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 / 1024)} MB`;
}
