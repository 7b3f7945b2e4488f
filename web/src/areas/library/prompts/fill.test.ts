import { expect, it } from "vitest";
import { filled, nameFrom, placeholdersOf } from "./fill";

it("finds each place once, in order", () => {
  expect(placeholdersOf("Sum up {{ what }} for {{who}}, {{what}}! {x} {{}} {{a\nb}} {{{c}}}")).toEqual([
    "what",
    "who",
    "c",
  ]);
  expect(placeholdersOf("")).toEqual([]);
});

it("is not kept busy by blanks", () => {
  expect(placeholdersOf(`{{${" ".repeat(50_000)}`)).toEqual([]);
  expect(placeholdersOf(`{{ }} {{${"x".repeat(61)}}}`)).toEqual([]);
});

it("fills places, and what is put in is not read again", () => {
  expect(filled("{{a}} and {{ b }}", { a: "{{b}}", b: "$& two" })).toBe("{{b}} and $& two");
  expect(filled("{{a}} {{c}}", { a: "" })).toBe(" {{c}}");
  expect(filled("{{toString}} {{__proto__}}", {})).toBe("{{toString}} {{__proto__}}");
});

it("makes a name of a title", () => {
  expect(nameFrom("Résumé: a paper!")).toBe("resume-a-paper");
  expect(nameFrom(" --- ")).toBe("");
  expect(nameFrom(`${"x".repeat(39)} yz`)).toBe("x".repeat(39));
});
