import { expect, test } from "vitest";
import { changeWords, clockOf, spanWords, stacked, ticks } from "./layout";

const series = (values: (number | null)[]) => ({ id: "a", label: "a", values, look: 1 });

test("series are stacked from the bottom up, and nothing counts as nothing", () => {
  expect(stacked([series([1, 2, null]), series([10, null, 5]), series([0, 0, 0])])).toEqual([
    [1, 2, 0],
    [11, 2, 5],
    [11, 2, 5],
  ]);
});

test("words below a chart have room, and the first stretch has one", () => {
  for (const [count, room] of [
    [24, 700],
    [90, 320],
    [1, 100],
    [744, 1000],
  ] as const) {
    const found = ticks(count, room);
    expect(found[0]).toBe(0);
    expect(found.length).toBeLessThanOrEqual(Math.max(2, Math.floor(room / 90)));
    expect(found.every((at) => at < count)).toBe(true);
  }
});

test("stretches are told in the organization's time zone", () => {
  const midnight = Date.UTC(2026, 5, 1, 22) / 1000; // 2 June in Berlin
  expect(clockOf("hour", "Europe/Berlin").brief(midnight)).toMatch(/Jun/);
  expect(clockOf("hour", "UTC").brief(midnight)).toMatch(/22/);
  expect(clockOf("day", "Europe/Berlin").full(midnight)).toMatch(/2026/);
});

test("changes and spans in words", () => {
  expect(changeWords(112, 100)).toMatch(/\+12\s?%/);
  expect(changeWords(5, 0)).toBeNull();
  expect(changeWords(5000, 1)).toBeNull();
  expect(spanWords(null)).toBe("–");
  expect(spanWords(840)).toMatch(/840/);
  expect(spanWords(2400)).toMatch(/2\.4/);
});
