/** Places in a prompt that are filled in when it is used: `{{words}}`, as the server reads them. Pure. */

// Blanks are taken off afterwards: a pattern that may divide them between itself and the name takes hours for many.
const PLACE = /\{\{([^{}\n]{1,100})\}\}/g;
const LONGEST = 60;

/** What stands between `{{` and `}}`, each once, in the order in which it comes. */
export function placeholdersOf(text: string): string[] {
  const names = [...text.matchAll(PLACE)].map((found) => (found[1] ?? "").trim());
  return [...new Set(names)].filter((name) => name && name.length <= LONGEST);
}

/** The text with its places filled; a place that nothing is said for stays as it is. */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(PLACE, (whole, inner: string) => {
    const name = inner.trim();
    return Object.hasOwn(values, name) ? (values[name] ?? whole) : whole;
  });
}

/** The name that a prompt gets from its title: what can be typed behind a slash. */
export function nameFrom(title: string): string {
  const plain = title.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return plain
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, 40)
    .replace(/-+$/, "");
}
