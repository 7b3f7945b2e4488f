import { Building2, FolderKanban, Gauge, HandCoins, KeyRound, ShieldCheck, Users, UsersRound } from "lucide-react";
import type { Area } from "@/shell/area";

/** The rooms of people: who is here, what they may, and how much. Its labels stand here, as the bar shows them at once. */
export const adminPeople: Area = {
  nav: [
    { to: "/admin/projects", label: "Projects", icon: FolderKanban, section: "run", needs: [], order: 20 },
    { to: "/admin/keys", label: "Keys", icon: KeyRound, section: "run", needs: [], order: 22 },
    { to: "/admin/members", label: "Members", icon: Users, section: "run", needs: ["members.read"], order: 24 },
    { to: "/admin/groups", label: "Groups", icon: UsersRound, section: "run", needs: ["groups.read"], order: 26 },
    { to: "/admin/roles", label: "Roles", icon: ShieldCheck, section: "run", needs: ["members.read"], order: 28 },
    { to: "/admin/budgets", label: "Budgets", icon: Gauge, section: "run", needs: ["limits.read"], order: 30 },
    {
      to: "/admin/requests",
      label: "Limit requests",
      icon: HandCoins,
      section: "run",
      needs: ["limits.read"],
      order: 32,
    },
    {
      to: "/admin/organization",
      label: "Organization",
      icon: Building2,
      section: "run",
      needs: ["organization.write", "audit.read"],
      order: 90,
    },
  ],
};
