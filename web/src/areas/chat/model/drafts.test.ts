import { expect, it } from "vitest";
import { Drafts, type Store } from "./drafts";

function store(room = Number.POSITIVE_INFINITY): Store & { all: Map<string, string> } {
  const all = new Map<string, string>();
  return {
    all,
    get length() {
      return all.size;
    },
    key: (at) => [...all.keys()][at] ?? null,
    getItem: (key) => all.get(key) ?? null,
    removeItem: (key) => void all.delete(key),
    setItem: (key, value) => {
      if (value.length > room) throw new DOMException("full", "QuotaExceededError");
      all.set(key, value);
    },
  };
}

function stand(lasting = store(), passing = store()) {
  const clock = { now: 1_000_000 };
  return { lasting, passing, clock, drafts: new Drafts("user_1", lasting, passing, () => clock.now) };
}

it("keeps a draft for each chat and person", () => {
  const { drafts, lasting } = stand();
  expect(drafts.write("chat_1", "half a thought", false)).toBe(true);
  expect(drafts.read("chat_1")).toBe("half a thought");
  expect(drafts.read("chat_2")).toBe("");
  expect(new Drafts("user_2", lasting, store(), () => 1_000_000).read("chat_1")).toBe("");
  drafts.write("chat_1", "", false);
  expect(lasting.all.size).toBe(0);
});

it("leaves nothing of a temporary chat behind", () => {
  const { drafts, lasting, passing } = stand();
  drafts.write("chat_1", "secret", true);
  expect(drafts.read("chat_1")).toBe("secret");
  expect(lasting.all.size).toBe(0);
  drafts.forget("chat_1");
  expect(passing.all.size).toBe(0);
});

it("says when it cannot keep one", () => {
  const { drafts } = stand(store(10));
  expect(drafts.write("chat_1", "more than there is room for", false)).toBe(false);
  expect(drafts.write("chat_1", "x".repeat(300_000), true)).toBe(false);
});

it("forgets what nobody came back to, and what it cannot read", () => {
  const { drafts, lasting, clock } = stand();
  drafts.write("chat_1", "old", false);
  lasting.setItem("tokenry.draft.user_1.chat_2", "{broken");
  lasting.setItem("other", "kept");
  clock.now += 31 * 86_400_000;
  drafts.write("chat_3", "new", false);
  expect(drafts.read("chat_1")).toBe("");
  expect(drafts.read("chat_2")).toBe("");
  drafts.sweep();
  expect([...lasting.all.keys()]).toEqual(["other", "tokenry.draft.user_1.chat_3"]);
});
