import { EyeOff, Shield } from "lucide-react";
import type { Area } from "@/shell/area";

/** Who sees what, of oneself and for those who answer for it. Its labels stand here, as the bar shows them at once. */
export const privacy: Area = {
  nav: [
    { to: "/me/privacy", label: "Privacy", icon: EyeOff, section: "work", needs: [], order: 60 },
    {
      to: "/admin/privacy",
      label: "Chats and privacy",
      icon: Shield,
      section: "run",
      needs: ["organization.write", "audit.read"],
      order: 88,
    },
  ],
};
