import { fileURLToPath } from "node:url";
import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { firstScript } from "./plugins/first-script.ts";
import { woff2Only } from "./plugins/woff2.ts";

// Where `npm run dev` finds a running Tokenry; the Host header stays the browser's, so that same-origin checks hold.
const server = process.env.TOKENRY ?? "http://127.0.0.1:8080";
const served = ["/v1", "/sign-in", "/sign-out", "/invite", "/account", "/openapi.json", "/docs"];

// What every page needs, in two files: small ones cost a request each and are compressed worse apart, and what others
// wrote changes less often than what we write.
const vendor =
  /\/node_modules\/(react|react-dom|scheduler|use-sync-external-store|@tanstack\/(?!react-virtual)[^/]+)\//;
const base = new RegExp(
  [
    "/src/(api|shell)/(?!palette|sheet)",
    "/src/ui/(?!tabs|table|field|amounts)",
    "/src/words/(index|shell)\\.ts",
    "/src/areas/(index|[^/]+/(area|routes))\\.ts",
  ].join("|"),
);

export default defineConfig({
  plugins: [woff2Only(), react(), tailwind(), firstScript("src/shell/theme-first.js")],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: "../src/tokenry/api/web/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    sourcemap: false,
    target: "es2023",
    assetsInlineLimit: 0, // nothing becomes a data: address, so the content policy needs no exception
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "vendor", test: vendor },
            { name: "base", test: base },
          ],
        },
      },
    },
  },
  server: { proxy: Object.fromEntries(served.map((path) => [path, { target: server, changeOrigin: false }])) },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
