import { expect, it } from "vitest";
import { mend } from "./mend";

it.each([
  ["plain words", "plain words"],
  ["so **bold wor", "so **bold wor**"],
  ["so **bold** and", "so **bold** and"],
  ["so **", "so "],
  ["an *ital", "an *ital*"],
  ["2 * 3 * 4", "2 * 3 * 4"],
  ["**bold *both", "**bold *both***"],
  ["call `fun", "call `fun`"],
  ["call `", "call "],
  ["``a ` b", "``a ` b``"],
  ["`done` and **x", "`done` and **x**"],
  ["see [the docs](https://exa", "see the docs"],
  ["see [the do", "see the do"],
  ["see [the docs](https://example.org) now", "see [the docs](https://example.org) now"],
  ["![alt](https://exa", "alt"],
  ["~~gone", "~~gone~~"],
  ["\\*not", "\\*not"],
  ["`a*b` c", "`a*b` c"],
  ["```js\nlet a = `", "```js\nlet a = `"],
  ["- [ ] do **this", "- [ ] do **this**"],
])("%j", (half, whole) => {
  expect(mend(half)).toBe(whole);
});
