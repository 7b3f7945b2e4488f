// Which room of the bar on the left an address lies in, and who may enter. Pure.
import { may } from "@/api/hooks";
import type { Me } from "@/api/schema";
import type { NavItem } from "./area";

/** Whether somebody may enter: by what they may in the whole organization, or in a project where that is enough. */
export function enters(me: Me, { needs, inProject = false }: NavItem): boolean {
  const within = (one: string) => me.projects.some((project) => project.permissions.includes(one));
  return may(me, ...needs) || (inProject && needs.some(within));
}

/** The item with the longest path that the address begins with; undefined = it lies in none. */
export function roomOf(pathname: string, items: readonly NavItem[]): NavItem | undefined {
  return items
    .filter(({ to }) => pathname === to || pathname.startsWith(`${to}/`))
    .sort((a, b) => b.to.length - a.to.length)[0];
}
