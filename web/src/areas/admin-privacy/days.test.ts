import { expect, it } from "vitest";
import { daysOf } from "./days";

it("takes whole days within bounds and nothing else", () => {
  expect(daysOf(" 30 ", 1, 30)).toBe(30);
  expect(daysOf("1", 1, 30)).toBe(1);
  for (const text of ["", "0", "31", "1.5", "-1", "1e1", "٣", "30 days"]) expect(daysOf(text, 1, 30)).toBeNull();
});
