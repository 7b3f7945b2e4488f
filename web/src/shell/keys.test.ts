import { expect, test } from "vitest";
import { keyNames, matches, type Pressed } from "./keys";

const pressed = (key: string, more: Partial<Pressed> = {}): Pressed => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...more,
});

test("Mod is Command on a Mac and Ctrl elsewhere, and only that", () => {
  expect(matches("Mod+K", pressed("k", { ctrlKey: true }), false)).toBe(true);
  expect(matches("Mod+K", pressed("k", { metaKey: true }), true)).toBe(true);
  expect(matches("Mod+K", pressed("k", { ctrlKey: true }), true)).toBe(false);
  expect(matches("Mod+K", pressed("k"), false)).toBe(false);
  expect(matches("Mod+K", pressed("k", { ctrlKey: true, altKey: true }), false)).toBe(false);
});

test("Shift counts with letters, not with signs", () => {
  expect(matches("Mod+Shift+O", pressed("O", { ctrlKey: true, shiftKey: true }), false)).toBe(true);
  expect(matches("Mod+O", pressed("O", { ctrlKey: true, shiftKey: true }), false)).toBe(false);
  expect(matches("?", pressed("?", { shiftKey: true }), false)).toBe(true);
  expect(matches("?", pressed("?"), false)).toBe(true);
  expect(matches("?", pressed("?", { ctrlKey: true }), false)).toBe(false);
});

test("keys as the keyboard names them", () => {
  expect(keyNames("Mod+Shift+O", true)).toEqual(["⌘", "⇧", "O"]);
  expect(keyNames("Mod+K", false)).toEqual(["Ctrl", "K"]);
});
