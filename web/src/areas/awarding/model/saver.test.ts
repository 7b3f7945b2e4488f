import { expect, test } from "vitest";
import { type Clock, Saver } from "./saver";

/** A clock that stands still until it is told to go on. */
class Hands implements Clock {
  private waiting: { at: number; work: () => void }[] = [];
  private at = 0;

  now() {
    return this.at / 1000;
  }
  after(ms: number, work: () => void) {
    const one = { at: this.at + ms, work };
    this.waiting.push(one);
    return () => {
      this.waiting = this.waiting.filter((other) => other !== one);
    };
  }
  async pass(ms: number) {
    this.at += ms;
    const due = this.waiting.filter((one) => one.at <= this.at);
    this.waiting = this.waiting.filter((one) => one.at > this.at);
    for (const one of due) one.work();
    await settled();
  }
}

const settled = async () => {
  for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
};

test("it saves a little after one stops, and the last words alone", async () => {
  const [clock, saved] = [new Hands(), [] as string[]];
  const saver = new Saver<string>(async (value) => saved.push(value), clock);
  saver.offer("a");
  await clock.pass(600);
  saver.offer("ab");
  await clock.pass(600);
  expect([saved, saver.state.kind]).toEqual([[], "dirty"]);
  await clock.pass(600);
  expect([saved, saver.state.kind]).toEqual([["ab"], "saved"]);
});

test("what is typed while it saves is saved after it, never beside it", async () => {
  const [clock, saved] = [new Hands(), [] as string[]];
  const doors: (() => void)[] = [];
  const saver = new Saver<string>((value) => {
    saved.push(value);
    return new Promise<void>((resolve) => doors.push(resolve));
  }, clock);
  saver.offer("a");
  const flushed = saver.flush();
  await settled();
  saver.offer("ab");
  await clock.pass(2_000);
  expect(saved).toEqual(["a"]);
  doors[0]?.();
  await settled();
  expect(saved).toEqual(["a", "ab"]);
  doors[1]?.();
  await flushed;
  await settled();
  expect(saver.state.kind).toBe("saved");
});

test("what failed is told, kept, and tried again", async () => {
  const clock = new Hands();
  const saved: string[] = [];
  let broken = true;
  const saver = new Saver<string>(async (value) => {
    if (broken) throw new Error("offline");
    saved.push(value);
  }, clock);
  saver.offer("a");
  await clock.pass(1_000);
  expect(saver.state).toMatchObject({ kind: "failed", value: "a" });
  await expect(saver.flush()).rejects.toThrow("offline");
  broken = false;
  await saver.again();
  expect([saved, saver.state.kind]).toEqual([["a"], "saved"]);
});

test("after it is stopped nothing is saved", async () => {
  const [clock, saved] = [new Hands(), [] as string[]];
  const saver = new Saver<string>(async (value) => saved.push(value), clock);
  saver.offer("a");
  saver.stop();
  await clock.pass(5_000);
  expect([saved, saver.state.kind]).toEqual([[], "clean"]);
});

test("whoever watches is told", () => {
  const saver = new Saver<string>(async () => {}, new Hands());
  let told = 0;
  const leave = saver.watch(() => {
    told += 1;
  });
  saver.offer("a");
  leave();
  saver.stop();
  expect(told).toBe(1);
});
