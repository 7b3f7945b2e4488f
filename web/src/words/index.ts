// Every text of the workspace by key, one file an area: `export const t = speak({ send: "Send" })`, then `t("send")`.
// Knows English; another language is another dictionary of the same keys, so nothing else has to change for it.

/** One text, or one for each plural form of `count`. `{name}` stands for a parameter. */
export type Words = Readonly<Record<string, string | Plural>>;
export type Plural = { readonly one: string; readonly other: string };

type Holes<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Holes<Rest> : never;
type HolesOf<W extends string | Plural> = W extends Plural
  ? Holes<W["one"]> | Holes<W["other"]> | "count"
  : W extends string
    ? Holes<W>
    : never;
type Filling<W extends string | Plural> = [HolesOf<W>] extends [never]
  ? []
  : [filling: { [K in HolesOf<W>]: K extends "count" ? number : string | number }];

export type Speak<D extends Words> = <K extends keyof D & string>(key: K, ...filling: Filling<D[K]>) => string;

const LANGUAGE = "en";

/** The reader's own way of English where the browser names one: 31 May in London, May 31 in Boston. */
export const locale: string =
  (typeof navigator === "undefined" ? [] : navigator.languages).find((one) => one.split("-")[0] === LANGUAGE) ??
  LANGUAGE;

const plurals = new Intl.PluralRules(LANGUAGE);
const numbers = new Intl.NumberFormat(locale);

export function fill(text: string, filling: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = filling[name];
    return value === undefined ? hole : typeof value === "number" ? numbers.format(value) : value;
  });
}

/** The way an area speaks. */
export function speak<const D extends Words>(dictionary: D): Speak<D> {
  return (key, ...[filling]) => {
    const found = dictionary[key] as string | Plural;
    const values = (filling ?? {}) as Record<string, string | number>;
    const text =
      typeof found === "string" ? found : plurals.select(Number(values.count)) === "one" ? found.one : found.other;
    return fill(text, values);
  };
}

/** A list in words: "a, b and c". */
export function listed(things: Iterable<string>): string {
  return new Intl.ListFormat(locale, { type: "conjunction" }).format(things);
}
