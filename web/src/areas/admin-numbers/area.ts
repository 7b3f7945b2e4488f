import {
  Activity,
  Bell,
  BookOpenCheck,
  Boxes,
  ChartColumn,
  FileText,
  HeartPulse,
  LibraryBig,
  ReceiptText,
} from "lucide-react";
import type { Area } from "@/shell/area";

/** The rooms of numbers: what was used, what it cost, what was done. Its labels stand here, as the bar shows them at once. */
export const adminNumbers: Area = {
  nav: [
    { to: "/me/usage", label: "Your usage", icon: Activity, section: "work", needs: [], order: 60 },
    {
      to: "/admin/dashboard",
      label: "Dashboard",
      icon: ChartColumn,
      section: "run",
      needs: ["usage.read"],
      inProject: true,
      order: 10,
    },
    { to: "/admin/receipts", label: "Receipts", icon: ReceiptText, section: "run", needs: ["usage.read"], order: 12 },
    {
      to: "/admin/statements",
      label: "Statements",
      icon: FileText,
      section: "run",
      needs: ["statements.read"],
      order: 13,
    },
    { to: "/admin/models", label: "Models and prices", icon: Boxes, section: "run", needs: ["prices.read"], order: 14 },
    {
      to: "/admin/training-sets",
      label: "Training sets",
      icon: LibraryBig,
      section: "run",
      needs: ["sets.read"],
      order: 15,
    },
    { to: "/admin/audit", label: "Audit log", icon: BookOpenCheck, section: "run", needs: ["audit.read"], order: 80 },
    {
      to: "/admin/notifications",
      label: "Notifications",
      icon: Bell,
      section: "run",
      needs: ["webhooks.read"],
      order: 82,
    },
    { to: "/admin/health", label: "Health", icon: HeartPulse, section: "run", needs: ["health.read"], order: 85 },
  ],
};
