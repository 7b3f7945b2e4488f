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
  /** Having it in one project is enough: the page shows what lies there. */
  inProject?: boolean;
  /** Small numbers stand first. */
  order: number;
}

export interface Shortcut {
  /** Keys joined by "+": `Mod` is Ctrl, or Command on a Mac. Several ways are separated by a space. */
  keys: string;
  does: string;
}

/** Something to go to. */
export interface Found {
  id: string;
  label: string;
  /** Where it lies, or what of it was found. */
  about?: string;
  /** A whole path, such as `/chat/chat_01k…`. */
  to: string;
  icon?: LucideIcon;
}

export interface Area {
  nav: readonly NavItem[];
  /** Shown in the sheet behind `?`. */
  shortcuts?: readonly Shortcut[];
  /** What the area knows by this name, for Ctrl-K. Its code is fetched when it is first asked. */
  finds?(text: string, signal: AbortSignal): Promise<readonly Found[]>;
}
