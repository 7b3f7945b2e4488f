import { expect, test } from "vitest";
import type { Field } from "@/api/schema";
import { answerWords, isEmpty, missing, numberTyped, problemOf, sendable, wordsIn } from "./answers";

function field(kind: Field["kind"], more: Partial<Field> = {}): Field {
  return { id: kind, label: kind, kind, required: true, choices: [], help: "", words_max: null, ...more };
}

test("words are counted as the server counts them", () => {
  expect(wordsIn("")).toBe(0);
  expect(wordsIn("  \n\t ")).toBe(0);
  expect(wordsIn("one two three")).toBe(3);
  expect(wordsIn(" one\u00a0two\n\tthree ")).toBe(3);
  expect(wordsIn("漢字")).toBe(1);
  expect(wordsIn("one\ufefftwo")).toBe(1);
  expect(wordsIn("one\u3000two")).toBe(2);
});

test("a problem is told while one writes", () => {
  const short = field("long_text", { words_max: 3 });
  expect(problemOf(short, "one two three")).toBeNull();
  expect(problemOf(short, "one two three four")).toContain("3");
  expect(problemOf(field("text"), "x".repeat(501))).toContain("500");
  expect(problemOf(field("text"), "👩".repeat(500))).toBeNull();
  expect(problemOf(field("number"), 5)).toBeNull();
  expect(problemOf(field("number"), "five")).not.toBeNull();
  expect(problemOf(field("number"), 1.5)).not.toBeNull();
  for (const good of ["https://example.org/a?b=c#d", "http://[::1]:8080/", ""]) {
    expect(problemOf(field("url"), good)).toBeNull();
  }
  for (const bad of ["example.org", "javascript:alert(1)", "https://", "https://a b", "ftp://example.org/x"]) {
    expect(problemOf(field("url"), bad)).not.toBeNull();
  }
});

test("a number is what was typed, or stays the text", () => {
  expect([numberTyped("12"), numberTyped(" 1,200 "), numberTyped("-3"), numberTyped("1_000")]).toEqual([
    12, 1200, -3, 1000,
  ]);
  expect([numberTyped("1.5"), numberTyped("12 people"), numberTyped("99999999999999999")]).toEqual([
    "1.5",
    "12 people",
    "99999999999999999",
  ]);
});

test("what is missing, and what can be kept already", () => {
  const fields = [field("text"), field("yes_no"), field("number"), field("url", { required: false })];
  expect(missing(fields, { text: " ", yes_no: false }).map((one) => one.id)).toEqual(["text", "number"]);
  expect(sendable(fields, { text: "", yes_no: false, number: "five", url: "example.org", other: "x" })).toEqual({
    yes_no: false,
  });
  const long = [field("long_text", { words_max: 1 })];
  expect(sendable(long, { long_text: "two words" })).toEqual({ long_text: "two words" });
});

test("answers for reading", () => {
  expect([answerWords(true), answerWords(false), answerWords(7), answerWords(" ")]).toEqual([
    "Yes",
    "No",
    "7",
    "Not answered",
  ]);
  expect(isEmpty(false)).toBe(false);
  expect(isEmpty(0)).toBe(false);
});
