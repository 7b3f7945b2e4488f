import { expect, test } from "vitest";
import { sourceWords, spentPercent, thresholdsOf, whoseWords } from "./words";

test("for whom a budget is", () => {
  expect(whoseWords({ scope: "user", scope_id: "*", scope_name: null })).toBe("each member");
  expect(whoseWords({ scope: "project", scope_id: "proj_1", scope_name: "Atlas" })).toBe("Atlas (project)");
  expect(whoseWords({ scope: "key", scope_id: "key_1", scope_name: null })).toBe("key_1 (key)");
});

test("where a limit comes from", () => {
  expect(sourceWords("group Doctoral students")).toBe("group Doctoral students");
  expect(sourceWords("override")).toBe("set for them alone");
  expect(sourceWords("something new")).toBe("something new");
});

test.each([
  ["0", "20", 0],
  ["19.99", "20", 99],
  ["20", "20", 100],
  ["30", "20", 150],
  ["0.000000001", "0", 100],
  ["0", "0", 0],
])("%s of %s", (spent_usd, limit_usd, percent) => {
  expect(spentPercent({ spent_usd, limit_usd })).toBe(percent);
});

test.each([
  ["50, 80, 100", [50, 80, 100]],
  ["80%", [80]],
  ["", null],
  ["a lot", null],
  ["0", null],
  ["1,2,3,4,5,6,7,8,9,10,11", null],
])("%j", (text, found) => {
  expect(thresholdsOf(text)).toEqual(found);
});
