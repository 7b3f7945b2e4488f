import type { Plugin } from "vite";

const OLDER = /,\s*url\([^)]*\)\s*format\("(?:woff|truetype)"\)/g;

/** Leaves of each font the form that every browser of ours reads: libraries' style sheets name two older ones beside. */
export function woff2Only(): Plugin {
  return {
    name: "tokenry-woff2-only",
    enforce: "pre",
    transform(code, id) {
      return id.includes("katex") && id.endsWith(".css") ? { code: code.replace(OLDER, ""), map: null } : null;
    },
  };
}
