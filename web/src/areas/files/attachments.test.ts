import { describe, expect, it } from "vitest";
import { holdsBack, type Kept, readyIds, type Sender, Tray } from "./attachments";

type Sent = { name: string; done: (kept: Kept) => void; fail: (error: unknown) => void; signal: AbortSignal };

function stand(looks: Kept[] = []) {
  const sent: Sent[] = [];
  const forgotten: string[] = [];
  const sender: Sender = {
    send: (file, onProgress, signal) =>
      new Promise((done, fail) => {
        onProgress(50);
        sent.push({ name: file.name, done, fail, signal });
        signal.addEventListener("abort", () => fail(new DOMException("stopped", "AbortError")));
      }),
    look: async () => looks.shift() ?? ready("f"),
    forget: (id) => void forgotten.push(id),
    wait: async () => {},
    words: async (error) => ({ error: String(error), again: true }),
  };
  return { tray: new Tray(sender, 20), sent, forgotten };
}

const files = (count: number) => Array.from({ length: count }, (_, at) => new File(["x"], `${at}.txt`));
const ready = (id: string): Kept => ({ id, state: "ready", error: null, note: null, found_by: "words_and_meaning" });
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("files beside a message", () => {
  it("takes the first twenty of three hundred, and says how many were left out", () => {
    const { tray, sent } = stand();
    tray.add(files(300));
    expect(tray.current().all).toHaveLength(20);
    expect(tray.current().left).toBe(280);
    expect(sent).toHaveLength(3);
    tray.add(files(1));
    expect(tray.current().left).toBe(1);
  });

  it("sends three at a time, and follows each until it is read", async () => {
    const { tray, sent } = stand([
      { ...ready("a"), state: "reading" },
      { ...ready("a"), note: "only part of it was read" },
    ]);
    tray.add(files(4));
    expect(tray.current().all.map((one) => one.state)).toEqual(["sending", "sending", "sending", "waiting"]);
    expect(holdsBack(tray.current().all)).toBe(true);
    sent[0]?.done({ ...ready("a"), state: "reading" });
    await settled();
    expect(tray.current().all[0]).toMatchObject({ state: "ready", fileId: "a", note: "only part of it was read" });
    expect(sent.map((one) => one.name)).toEqual(["0.txt", "1.txt", "2.txt", "3.txt"]);
  });

  it("keeps the file that could not be sent, and sends the same one again", async () => {
    const { tray, sent } = stand();
    tray.add(files(1));
    sent[0]?.fail("signed out");
    await settled();
    const [one] = tray.current().all;
    expect(one).toMatchObject({ state: "failed", error: "signed out", again: true });
    expect(holdsBack(tray.current().all)).toBe(true);
    tray.retry(one?.key ?? "");
    sent[1]?.done(ready("a"));
    await settled();
    expect(sent[1]?.name).toBe("0.txt");
    expect(readyIds(tray.current().all)).toEqual(["a"]);
  });

  it("says what the server could not read, and does not offer the same again", async () => {
    const { tray, sent } = stand();
    tray.add(files(1));
    sent[0]?.done({ id: "a", state: "failed", error: "this PDF is damaged", note: null, found_by: null });
    await settled();
    expect(tray.current().all[0]).toMatchObject({ state: "failed", error: "this PDF is damaged", again: false });
    expect(readyIds(tray.current().all)).toEqual([]);
  });

  it("stops what is taken away, and has the server forget what it kept", async () => {
    const { tray, sent, forgotten } = stand();
    tray.add(files(2));
    const [first, second] = tray.current().all;
    tray.remove(first?.key ?? "");
    expect(sent[0]?.signal.aborted).toBe(true);
    sent[1]?.done(ready("b"));
    await settled();
    tray.remove(second?.key ?? "");
    expect(forgotten).toEqual(["b"]);
    expect(tray.current().all).toEqual([]);
  });

  it("puts back what was beside a message that was refused", async () => {
    const { tray, sent } = stand();
    tray.add(files(1));
    sent[0]?.done(ready("a"));
    await settled();
    const beside = tray.current().all;
    tray.clear();
    tray.restore(beside);
    expect(readyIds(tray.current().all)).toEqual(["a"]);
  });
});
