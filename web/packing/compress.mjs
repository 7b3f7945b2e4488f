// Puts a .br and a .gz in the place of each file of FOLDER/assets that gets smaller by them: `node compress.mjs FOLDER`.
// Done once, when the pages are built, with all the effort there is: the server only picks. The plain form is left out:
// hardly a client wants it, and the server makes it of the .gz then.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const KINDS = new Set([".css", ".html", ".js", ".json", ".mjs", ".svg", ".ttf", ".txt", ".wasm", ".webmanifest"]);
const SIZE_MIN = 512; // bytes; less is not worth a header
const GAIN_MIN = 0.95; // of the size, at most

const folder = join(process.argv[2], "assets");
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
  const gzip = gzipSync(content, { level: 9 });
  if (gzip.length > content.length * GAIN_MIN) continue;
  writeFileSync(`${path}.br`, brotli);
  writeFileSync(`${path}.gz`, gzip);
  rmSync(path);
}
