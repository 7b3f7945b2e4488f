import { expect, it } from "vitest";
import type { Model } from "../model/types";
import { factsWords, inOrder, matching, priceWords, toBeginWith } from "./order";

const model = (id: string, more: Partial<Model> = {}): Model => ({
  id, label: id, kind: "chat", starter: false, context_tokens: null, images: false, tools: false, prices: [],
  seen_by: [{ provider: "local", place: "house", engine: "llama.cpp" }], refusal: null, ...more,
}); // biome-ignore format: members of one record
const ids = (models: Model[]) => models.map((one) => one.id);

it("offers what one may ask first and the starter after that", () => {
  const all = [model("starter", { starter: true }), model("zebra"), model("shut", { refusal: "no" }), model("ant")];
  expect(ids(inOrder(all))).toEqual(["ant", "zebra", "starter", "shut"]);
});

it("finds by all words, in any order, also by who provides it", () => {
  const all = [
    model("gpt-oss-20b"),
    model("large", { seen_by: [{ provider: "Elsewhere", place: "provider", engine: "openai" }] }),
  ];
  expect(ids(matching(all, "20b GPT"))).toEqual(["gpt-oss-20b"]);
  expect(ids(matching(all, "elsewhere"))).toEqual(["large"]);
  expect(matching(all, "")).toHaveLength(2);
  expect(matching(all, "nothing")).toEqual([]);
});

it("begins with the one used last, never with one that is refused", () => {
  const all = [model("a"), model("b"), model("c", { refusal: "no" })];
  expect(toBeginWith(all, "b")?.id).toBe("b");
  expect(toBeginWith(all, "c")?.id).toBe("a");
  expect(toBeginWith([], "a")).toBeNull();
});

it("says what one costs", () => {
  const price = (input: number, output: number) => ({ tier: "default" as const, input, output, cached_input: input });
  expect(priceWords(model("a", { prices: [price(150_000_000, 2_000_000_000)] }))).toBe("$0.15 in · $2.00 out");
  expect(priceWords(model("a", { prices: [price(0, 0)] }))).toBe("free");
  expect(priceWords(model("a"))).toBe("free");
  expect(factsWords(model("a", { context_tokens: 131_072, images: true }))).toBe(
    "131.1K tokens of context · sees images",
  );
});
