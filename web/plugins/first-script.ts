import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Plugin } from "vite";

/**
 * Puts a small classic script of ours before everything else in the page, as a hashed asset of its own: it runs before
 * the first paint, which a module cannot, and it is no inline script, which the content policy refuses.
 */
export function firstScript(path: string): Plugin {
  const source = readFileSync(resolve(import.meta.dirname, "..", path), "utf8");
  const hash = createHash("sha256").update(source).digest("base64url").slice(0, 8);
  const fileName = `assets/first-${hash}.js`;
  let building = false;
  return {
    name: "tokenry-first-script",
    configResolved(config) {
      building = config.command === "build";
    },
    generateBundle() {
      this.emitFile({ type: "asset", fileName, source });
    },
    transformIndexHtml() {
      const tag = building ? { attrs: { src: `/${fileName}` } } : { children: source };
      return [{ tag: "script", injectTo: "head-prepend", ...tag }];
    },
  };
}
