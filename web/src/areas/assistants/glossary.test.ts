import { expect, test } from "vitest";
import { readGlossary, writeGlossary } from "./glossary";

test("one term a line, with an equals sign or as columns of a spreadsheet", () => {
  const { terms, fault } = readGlossary("award = attribution\r\n\n  fleet\tparc  de machines \nx = y = z");
  expect(fault).toBeNull();
  expect(terms).toEqual([
    { term: "award", translation: "attribution" },
    { term: "fleet", translation: "parc de machines" },
    { term: "x", translation: "y = z" },
  ]);
  expect(readGlossary(writeGlossary(terms)).terms).toEqual(terms);
});

test("what has no other side, or two, is named by its line", () => {
  expect(readGlossary("a = b\nc\n").fault).toEqual({ line: 2, term: "c", twice: false });
  expect(readGlossary("= b").fault).toMatchObject({ line: 1 });
  expect(readGlossary("a = b\na = c").fault).toEqual({ line: 2, term: "a", twice: true });
  expect(readGlossary("a = b\na = b").fault).toBeNull();
});
