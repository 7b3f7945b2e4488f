// Lays a .br and a .gz beside each file of a folder that gets smaller by them. `node compress.mjs FOLDER`.
// Done once, when the pages are built, with all the effort there is: the server only picks.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const KINDS = new Set([".css", ".html", ".js", ".json", ".mjs", ".svg", ".ttf", ".txt", ".wasm", ".webmanifest"]);
const SIZE_MIN = 512; // bytes; less is not worth a header
const GAIN_MIN = 0.95; // of the size, at most

const folder = process.argv[2];
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !KINDS.has(extname(entry.name))) continue;
  const path = join(entry.parentPath, entry.name);
  const content = readFileSync(path);
  if (content.length < SIZE_MIN) continue;
  const brotli = brotliCompressSync(content, {
    params: {
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  });
  for (const [suffix, packed] of [
    [".br", brotli],
    [".gz", gzipSync(content, { level: 9 })],
  ]) {
    if (packed.length < content.length * GAIN_MIN) writeFileSync(path + suffix, packed);
  }
}
