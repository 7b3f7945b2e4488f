import { expect, it } from "vitest";
import { sizeWords, utf8Size } from "./limits";

it.each(["", "plain", "häuser", "€uro", "🦜 parrot", "日本語", "a\ud800b"])("counts %j as an encoder does", (text) => {
  expect(utf8Size(text)).toBe(new TextEncoder().encode(text).length);
});

it("does not count all of what is far too much", () => {
  expect(utf8Size("x".repeat(50_000_000), 1_000)).toBeGreaterThan(1_000);
  expect(utf8Size("€".repeat(900), 1_000)).toBeLessThan(1_100);
});

it.each([
  [512, "512 B"],
  [2048, "2 kB"],
  [1024 * 1024, "1 MB"],
  [1.5 * 1024 * 1024, "1.5 MB"],
  [50 * 1024 * 1024, "50 MB"],
])("%d bytes are %s", (bytes, words) => {
  expect(sizeWords(bytes)).toBe(words);
});
