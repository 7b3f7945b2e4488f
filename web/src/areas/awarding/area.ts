// What the bar on the left shows of awards.
import { Award, BadgeCheck, ClipboardList, FileText, Landmark, ListTodo, Medal, Megaphone } from "lucide-react";
import type { Area } from "@/shell/area";
import { t } from "@/words/awarding-nav";

const OFFICE = ["programmes.write", "awards.read"] as const;

export const awarding: Area = {
  nav: [
    { to: "/awarding/mine", label: t("mine"), icon: Award, section: "award", needs: [], order: 10 },
    { to: "/awarding/calls", label: t("calls"), icon: Megaphone, section: "award", needs: [], order: 11 },
    {
      to: "/awarding/reviews",
      label: t("reviews"),
      icon: ClipboardList,
      section: "award",
      needs: ["reviews.write"],
      order: 12,
    },
    { to: "/awarding/desk", label: t("desk"), icon: ListTodo, section: "award", needs: OFFICE, order: 13 },
    {
      to: "/awarding/programmes",
      label: t("programmes"),
      icon: Landmark,
      section: "award",
      needs: OFFICE,
      order: 14,
    },
    {
      to: "/awarding/applications",
      label: t("applications"),
      icon: FileText,
      section: "award",
      needs: OFFICE,
      order: 15,
    },
    {
      to: "/awarding/awards",
      label: t("awards"),
      icon: BadgeCheck,
      section: "award",
      needs: ["awards.read"],
      order: 16,
    },
    {
      to: "/awarding/certificates",
      label: t("certificates"),
      icon: Medal,
      section: "award",
      needs: [],
      order: 17,
    },
  ],
};
