// Files that are made for the reader: what the API answers in another form, or what the page holds already.
import { send } from "@/api/client";

/** Brings an answer of the API as a file. */
export async function saveAnswer(path: string, query: Readonly<Record<string, unknown>>, name: string): Promise<void> {
  const answer = await send("GET", path, { query: { ...query } });
  saveBlob(await answer.blob(), name);
}

export function saveJson(value: unknown, name: string): void {
  saveBlob(new Blob([JSON.stringify(value, null, 2), "\n"], { type: "application/json" }), name);
}

function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
