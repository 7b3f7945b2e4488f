import { expect, test } from "vitest";
import { ranked } from "./ranking";

const names = ["Limit requests", "Members", "Groups", "Award members", "Résumé"];
const find = (typed: string) => ranked(names, (name) => name, typed);

test("the beginning weighs more than a word, a word more than its middle", () => {
  expect(find("mem")).toEqual(["Members", "Award members"]);
  expect(find("re")).toEqual(["Résumé", "Limit requests"]);
  expect(find("oup")).toEqual(["Groups"]);
});

test("words in any order, accents aside", () => {
  expect(find("req lim")).toEqual(["Limit requests"]);
  expect(find("resume")).toEqual(["Résumé"]);
});

test("nothing typed is everything, nothing fitting is nothing", () => {
  expect(find("  ")).toEqual(names);
  expect(find("zzz")).toEqual([]);
});
