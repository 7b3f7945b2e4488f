import { expect, it } from "vitest";
import { grown, inOrder, lastOf, type MessagePage, place, withMessage } from "./branch";
import type { Message } from "./types";

const message = (id: string, siblings = [id], role: Message["role"] = "user") => ({ id, siblings, role }) as Message;
const pages: MessagePage[] = [
  { data: [message("c"), message("d")], has_more: true },
  { data: [message("a"), message("b")], has_more: false },
];
const ids = (of: readonly MessagePage[]) =>
  inOrder(of)
    .map((one) => one.id)
    .join("");

it("puts pages in order", () => {
  expect(ids(pages)).toBe("abcd");
  expect(ids([])).toBe("");
});

it("knows where a message stands among its siblings", () => {
  expect(place(message("b", ["a", "b", "c"]))).toEqual({ number: 2, of: 3, previous: "a", next: "c" });
  expect(place(message("a"))).toEqual({ number: 1, of: 1, previous: null, next: null });
  expect(place(message("x", ["a"]))).toEqual({ number: 1, of: 1, previous: null, next: null });
});

it("replaces one message and leaves other pages as they are", () => {
  const changed = withMessage(pages, message("d", ["d", "e"]));
  expect(inOrder(changed)[3]?.siblings).toEqual(["d", "e"]);
  expect(changed[1]).toBe(pages[1]);
  expect(withMessage(pages, message("zz"))).toBe(pages);
});

it("grows at the end, branches in the middle, begins anew", () => {
  expect(ids(grown(pages, "d", [message("e"), message("f")]))).toBe("abcdef");
  expect(ids(grown(pages, "b", [message("x")]))).toBe("abx");
  expect(ids(grown(pages, "a", [message("x")]))).toBe("ax");
  expect(ids(grown(pages, null, [message("x"), message("y")]))).toBe("xy");
  expect(grown(pages, "not loaded", [message("x")])).toBe(pages);
});

it("finds the last of a kind", () => {
  const all = [message("a"), message("b", ["b"], "assistant"), message("c")];
  expect(lastOf(all, (one) => one.role === "assistant")?.id).toBe("b");
  expect(lastOf(all, () => false)).toBeNull();
});
