import { expect, test } from "vitest";
import { type Column, sortedRows } from "./table";

interface Row {
  name: string;
  size: number | null;
}
const rows: Row[] = [
  { name: "b10", size: 2 },
  { name: "B9", size: null },
  { name: "a", size: 11 },
];
const columns: Column<Row>[] = [
  { id: "name", title: "Name", cell: (row) => row.name, sort: (row) => row.name },
  { id: "size", title: "Size", cell: (row) => row.size, sort: (row) => row.size },
  { id: "acts", title: "", cell: () => null },
];
const names = (by: { id: string; down: boolean } | null) => sortedRows(rows, columns, by).map((row) => row.name);

test("words are sorted as people do, numbers by size", () => {
  expect(names({ id: "name", down: false })).toEqual(["a", "B9", "b10"]);
  expect(names({ id: "name", down: true })).toEqual(["b10", "B9", "a"]);
  expect(names({ id: "size", down: false })).toEqual(["b10", "a", "B9"]);
});

test("what is missing comes last both ways, and the rows themselves stay as they are", () => {
  expect(names({ id: "size", down: true })).toEqual(["a", "b10", "B9"]);
  expect(names(null)).toEqual(["b10", "B9", "a"]);
  expect(names({ id: "acts", down: true })).toEqual(["b10", "B9", "a"]);
});
