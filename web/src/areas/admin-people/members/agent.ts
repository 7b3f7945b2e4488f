// What a browser calls itself, in words. Pure; a guess that only helps to recognize one's own.

const BROWSERS: readonly [RegExp, string][] = [
  [/Edg(?:e|A|iOS)?\//, "Edge"],
  [/OPR\/|Opera/, "Opera"],
  [/SamsungBrowser\//, "Samsung Internet"],
  [/Firefox\/|FxiOS\//, "Firefox"],
  [/Chrome\/|CriOS\/|Chromium\//, "Chrome"],
  [/Safari\//, "Safari"],
];
const SYSTEMS: readonly [RegExp, string][] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Macintosh|Mac OS X/, "macOS"],
  [/CrOS/, "ChromeOS"],
  [/Linux|X11/, "Linux"],
];

function named(table: readonly [RegExp, string][], agent: string): string | null {
  return table.find(([sign]) => sign.test(agent))?.[1] ?? null;
}

/** `Mozilla/5.0 (X11; …` becomes "Firefox, Linux"; null = nothing is known of it. */
export function agentWords(agent: string | null): string | null {
  if (!agent) return null;
  const words = [named(BROWSERS, agent), named(SYSTEMS, agent)].filter((word) => word !== null);
  return words.length > 0 ? words.join(", ") : agent.slice(0, 60);
}
