/** Places in a prompt that are filled in when it is used: `{{words}}`, as the server reads them. Pure. */

const PLACE = /\{\{\s*([^{}\n]{1,60}?)\s*\}\}/g;

/** What stands between `{{` and `}}`, each once, in the order in which it comes. */
export function placeholdersOf(text: string): string[] {
  return [...new Set([...text.matchAll(PLACE)].map((found) => found[1] ?? ""))];
}

/** The text with its places filled; a place that nothing is said for stays as it is. */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(PLACE, (whole, name: string) => (Object.hasOwn(values, name) ? (values[name] ?? whole) : whole));
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
