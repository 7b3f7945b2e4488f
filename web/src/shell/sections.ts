// Which parts of the bar on the left somebody opened or closed, remembered in their browser.
import type { Section } from "./area";

const KEY = "tokenry.section.";

/** What they said; null = nothing yet, or storage is switched off. */
export function remembered(section: Section): boolean | null {
  try {
    const said = localStorage.getItem(KEY + section);
    return said === null ? null : said === "open";
  } catch {
    return null;
  }
}

export function remember(section: Section, open: boolean): void {
  try {
    localStorage.setItem(KEY + section, open ? "open" : "closed");
  } catch {
    // storage is switched off: it holds until the page is left
  }
}
