import { expect, it } from "vitest";
import { calledIn, promptsFor } from "./slash";

it.each([
  ["/", ""],
  ["/Sum", "sum"],
  ["/weekly-report", "weekly-report"],
  ["/sum up", null],
  ["see /sum", null],
  ["//", null],
  ["", null],
])("%j calls %j", (text, typed) => {
  expect(calledIn(text)).toBe(typed);
});

it("offers names that begin so first", () => {
  const all = [
    { name: "report", title: "A report" },
    { name: "weekly", title: "Report of the week" },
    { name: "translate", title: "Into English" },
  ];
  expect(promptsFor(all, "rep").map((one) => one.name)).toEqual(["report", "weekly"]);
  expect(promptsFor(all, "")).toHaveLength(3);
  expect(promptsFor(all, "zzz")).toEqual([]);
});
