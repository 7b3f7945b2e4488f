/** Which addresses in a text may be opened. Knows no page: what a link looks like is told in `inline.tsx`. */

export type SafeLink = { href: string; host: string };

const SCHEMES = new Set(["http:", "https:", "mailto:"]);

/**
 * The address as a browser would open it, or null when it must stay text: other schemes, relative ones, and addresses
 * with a name and password, which only serve to deceive about the host.
 */
export function safeLink(address: string | null | undefined): SafeLink | null {
  if (!address || address.length > 8_192) return null;
  let url: URL;
  try {
    url = new URL(address.trim());
  } catch {
    return null;
  }
  if (!SCHEMES.has(url.protocol) || url.username || url.password) return null;
  if (url.protocol === "mailto:") return { href: url.href, host: url.pathname.slice(0, 200) };
  return url.hostname ? { href: url.href, host: url.host } : null;
}
