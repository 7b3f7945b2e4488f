import { expect, it } from "vitest";
import { safeLink } from "./links";

it.each([
  ["https://example.org/a?b=c#d", "https://example.org/a?b=c#d"],
  ["http://example.org", "http://example.org/"],
  ["HTTPS://EXAMPLE.org", "https://example.org/"],
  ["mailto:ada@example.org", "mailto:ada@example.org"],
])("%j may be opened", (address, href) => {
  expect(safeLink(address)?.href).toBe(href);
});

it.each([
  "javascript:alert(1)",
  " java\nscript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "data:text/html,<script>1</script>",
  "vbscript:x",
  "blob:https://example.org/1",
  "file:///etc/passwd",
  "/v1/tokenry/me",
  "//example.org",
  "#here",
  "https://bank.example@evil.example/",
  "https://",
  "",
  null,
  `https://example.org/${"a".repeat(9_000)}`,
])("%j stays text", (address) => {
  expect(safeLink(address)).toBeNull();
});
