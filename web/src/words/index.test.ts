import { expect, test } from "vitest";
import { fill, speak } from ".";

const t = speak({
  send: "Send",
  hello: "Hello {name}",
  left: { one: "{count} message of {name}", other: "{count} messages of {name}" },
});

test("a text is found, filled and counted", () => {
  expect(t("send")).toBe("Send");
  expect(t("hello", { name: "Ada" })).toBe("Hello Ada");
  expect(t("left", { count: 1, name: "Ada" })).toBe("1 message of Ada");
  expect(t("left", { count: 0, name: "Ada" })).toBe("0 messages of Ada");
  expect(t("left", { count: 12_345, name: "Ada" })).toBe("12,345 messages of Ada");
});

test("what is filled in is not filled again", () => {
  expect(t("hello", { name: "{name}" })).toBe("Hello {name}");
  expect(fill("{a}{b}", { a: "{b}", b: "x" })).toBe("{b}x");
});
