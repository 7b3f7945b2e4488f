import { expect, test } from "vitest";
import { countOf, requestsOf, soughtOf } from "./sought";

const dayAt = (day: string, after = 0) => Date.parse(`${day}T00:00:00Z`) / 1000 + after * 86_400;

test("an address's words become what the API is asked", () => {
  const sought = soughtOf({
    state: "refused",
    model: "m",
    from: "2026-02-01",
    to: "2026-02-01",
    usd: "$1,000.50",
    q: "x",
  });
  expect(countOf(sought)).toBe(5);
  expect(requestsOf(sought, dayAt)).toMatchObject({
    state: "refused",
    model: "m",
    charge_from_usd: "1000.5",
    start_time: dayAt("2026-02-01"),
    end_time: dayAt("2026-02-02"),
  });
});

test("what is none of ours is left out", () => {
  expect(countOf(soughtOf({ state: "asleep", from: "yesterday", usd: [] }))).toBe(0);
  expect(requestsOf(soughtOf({ usd: "much" }), dayAt).charge_from_usd).toBeNull();
});
