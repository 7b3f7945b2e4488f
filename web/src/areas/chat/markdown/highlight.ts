/**
 * Colours for code. The highlighter and each language come when a block of that language is first seen; code is
 * coloured when the page has nothing else to do, and what was coloured is remembered. Knows no component.
 */
import type { HLJSApi, LanguageFn } from "highlight.js";
import { doneInTurn } from "./idle";
import { type Span, spansOf } from "./spans";

type Loader = () => Promise<{ default: LanguageFn }>;

const LANGUAGES: Readonly<Record<string, Loader>> = {
  bash: () => import("highlight.js/lib/languages/bash"),
  c: () => import("highlight.js/lib/languages/c"),
  cpp: () => import("highlight.js/lib/languages/cpp"),
  csharp: () => import("highlight.js/lib/languages/csharp"),
  css: () => import("highlight.js/lib/languages/css"),
  diff: () => import("highlight.js/lib/languages/diff"),
  dockerfile: () => import("highlight.js/lib/languages/dockerfile"),
  go: () => import("highlight.js/lib/languages/go"),
  ini: () => import("highlight.js/lib/languages/ini"),
  java: () => import("highlight.js/lib/languages/java"),
  javascript: () => import("highlight.js/lib/languages/javascript"),
  json: () => import("highlight.js/lib/languages/json"),
  julia: () => import("highlight.js/lib/languages/julia"),
  kotlin: () => import("highlight.js/lib/languages/kotlin"),
  latex: () => import("highlight.js/lib/languages/latex"),
  lua: () => import("highlight.js/lib/languages/lua"),
  makefile: () => import("highlight.js/lib/languages/makefile"),
  markdown: () => import("highlight.js/lib/languages/markdown"),
  matlab: () => import("highlight.js/lib/languages/matlab"),
  perl: () => import("highlight.js/lib/languages/perl"),
  php: () => import("highlight.js/lib/languages/php"),
  powershell: () => import("highlight.js/lib/languages/powershell"),
  python: () => import("highlight.js/lib/languages/python"),
  r: () => import("highlight.js/lib/languages/r"),
  ruby: () => import("highlight.js/lib/languages/ruby"),
  rust: () => import("highlight.js/lib/languages/rust"),
  scala: () => import("highlight.js/lib/languages/scala"),
  scss: () => import("highlight.js/lib/languages/scss"),
  shell: () => import("highlight.js/lib/languages/shell"),
  sql: () => import("highlight.js/lib/languages/sql"),
  swift: () => import("highlight.js/lib/languages/swift"),
  typescript: () => import("highlight.js/lib/languages/typescript"),
  xml: () => import("highlight.js/lib/languages/xml"),
  yaml: () => import("highlight.js/lib/languages/yaml"),
};

const ALIASES: Readonly<Record<string, string>> = {
  sh: "bash", zsh: "bash", console: "shell", terminal: "shell", "c++": "cpp", cc: "cpp", h: "c", hpp: "cpp",
  "c#": "csharp", cs: "csharp", patch: "diff", docker: "dockerfile", golang: "go", toml: "ini", conf: "ini",
  js: "javascript", jsx: "javascript", mjs: "javascript", node: "javascript", json5: "json", jsonc: "json", jsonl: "json",
  jl: "julia", kt: "kotlin", tex: "latex", make: "makefile", md: "markdown", pl: "perl", ps1: "powershell", pwsh: "powershell",
  py: "python", python3: "python", pycon: "python", rb: "ruby", rs: "rust", sass: "scss", less: "css", postgresql: "sql",
  sqlite: "sql", mysql: "sql", ts: "typescript", tsx: "typescript", html: "xml", svg: "xml", xhtml: "xml", vue: "xml", yml: "yaml",
}; // biome-ignore format: a list to look things up in

/** Longer code stays in one colour: colouring it would hold up the page. */
const LONGEST = 20_000;
const REMEMBERED = 200;

const known = new Map<string, readonly Span[]>();
let library: Promise<HLJSApi> | null = null;

/** The name by which we know a language, or null when its code stays in one colour. */
export function languageOf(named: string): string | null {
  const name = named.trim().toLowerCase();
  const language = ALIASES[name] ?? name;
  return Object.hasOwn(LANGUAGES, language) ? language : null;
}

/** The coloured code if it is known already. */
export function remembered(language: string, code: string): readonly Span[] | null {
  return known.get(`${language}\n${code}`) ?? null;
}

/** Colours the code, soon. Gives null when it stays as it is. */
export async function highlight(language: string, code: string): Promise<readonly Span[] | null> {
  const load = LANGUAGES[language];
  if (!load || code.length > LONGEST) return null;
  const before = remembered(language, code);
  if (before) return before;
  library ??= import("highlight.js/lib/core").then((found) => found.default);
  const [core, grammar] = await Promise.all([library, load()]);
  if (!core.getLanguage(language)) core.registerLanguage(language, grammar.default);
  const spans = await doneInTurn(() => spansOf(core.highlight(code, { language, ignoreIllegals: true }).value));
  if (known.size >= REMEMBERED) known.delete(known.keys().next().value ?? "");
  known.set(`${language}\n${code}`, spans);
  return spans;
}
