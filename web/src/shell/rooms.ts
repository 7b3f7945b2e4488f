// Which room of the bar on the left an address lies in. Pure.
import type { NavItem } from "./area";

/** The item with the longest path that the address begins with; undefined = it lies in none. */
export function roomOf(pathname: string, items: readonly NavItem[]): NavItem | undefined {
  return items
    .filter(({ to }) => pathname === to || pathname.startsWith(`${to}/`))
    .sort((a, b) => b.to.length - a.to.length)[0];
}
