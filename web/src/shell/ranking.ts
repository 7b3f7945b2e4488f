// Which names fit what somebody typed, the best first. Pure.

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** How well a name fits: 0 = not at all. Its beginning weighs most, then a word's beginning, then anywhere. */
export function weightOf(name: string, typed: string): number {
  const [whole, wanted] = [plain(name), plain(typed.trim())];
  if (wanted === "") return 1;
  if (whole.startsWith(wanted)) return 4;
  const words = whole.split(/[^\p{L}\p{N}]+/u);
  if (words.some((word) => word.startsWith(wanted))) return 3;
  const parts = wanted.split(/\s+/);
  if (parts.every((part) => words.some((word) => word.startsWith(part)))) return 2;
  return whole.includes(wanted) ? 1 : 0;
}

/** Those that fit, the best first; of equals the order stays. */
export function ranked<T>(things: readonly T[], name: (thing: T) => string, typed: string): T[] {
  return things
    .map((thing) => ({ thing, weight: weightOf(name(thing), typed) }))
    .filter((one) => one.weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map((one) => one.thing);
}
