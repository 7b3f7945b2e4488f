import { expect, test } from "vitest";
import { placed } from "./placing";

const view = { width: 400, height: 800 };
const size = { width: 200, height: 300 };
const below = { side: "bottom", align: "start" } as const;

test("below, with the anchor's left edge", () => {
  expect(placed({ left: 50, top: 100, width: 40, height: 30 }, size, view, below)).toMatchObject({
    left: 50,
    top: 134,
  });
});

test("its right edge with the anchor's, and never out of the view", () => {
  const end = { side: "bottom", align: "end" } as const;
  expect(placed({ left: 300, top: 100, width: 40, height: 30 }, size, view, end).left).toBe(140);
  expect(placed({ left: 10, top: 100, width: 40, height: 30 }, size, view, end).left).toBe(8);
  expect(placed({ left: 380, top: 100, width: 10, height: 30 }, size, view, below).left).toBe(192);
});

test("above where there is no room below and more above", () => {
  const found = placed({ left: 50, top: 700, width: 40, height: 30 }, size, view, below);
  expect(found).toMatchObject({ side: "top", top: 396 });
});

test("as high as there is room on the better side", () => {
  const tall = { width: 200, height: 2000 };
  expect(placed({ left: 0, top: 300, width: 40, height: 30 }, tall, view, below)).toMatchObject({
    side: "bottom",
    room: 458,
  });
  expect(placed({ left: 0, top: 500, width: 40, height: 30 }, tall, view, below)).toMatchObject({
    side: "top",
    top: 8,
    room: 488,
  });
});
