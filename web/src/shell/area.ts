// What an area of the workspace tells the shell about itself.
import type { LucideIcon } from "lucide-react";

export type Section = "work" | "award" | "run";

export interface NavItem {
  /** Where it leads: a path of one of the area's routes without parameters. */
  to: string;
  label: string;
  icon: LucideIcon;
  section: Section;
  /** Whoever has one of these sees it; empty = everybody. */
  needs: readonly string[];
  /** Small numbers stand first. */
  order: number;
}

export interface Shortcut {
  keys: string;
  does: string;
}

export interface Area {
  nav: readonly NavItem[];
  /** Shown in the sheet behind `?`. */
  shortcuts?: readonly Shortcut[];
}
