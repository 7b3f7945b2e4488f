import { expect, it } from "vitest";
import { byDay } from "./days";

const NOW = new Date(2026, 2, 29, 9, 0); // the night before, clocks went forward in Europe
const at = (month: number, day: number, hour: number, pinned = false) => ({
  updated_at: new Date(2026, month, day, hour).getTime() / 1000,
  pinned,
});

it("groups by the reader's days", () => {
  const groups = byDay(
    [
      at(2, 29, 8),
      at(2, 29, 0),
      at(2, 28, 23),
      at(2, 27, 1),
      at(2, 23, 1),
      at(2, 22, 1),
      at(2, 1, 1),
      at(1, 3, 1),
      at(1, 1, 1),
      at(0, 9, 9, true),
    ],
    NOW,
  );
  expect(groups.map((group) => [group.period.kind, group.items.length])).toEqual([
    ["pinned", 1],
    ["today", 2],
    ["yesterday", 1],
    ["week", 2],
    ["month", 2],
    ["older", 2],
  ]);
});

it("takes a clock that is behind for today", () => {
  expect(byDay([at(2, 30, 8)], NOW)[0]?.period.kind).toBe("today");
  expect(byDay([], NOW)).toEqual([]);
});
