// What the bar on the left shows of awards.
import { Award, BadgeCheck, ClipboardList, FileText, Landmark, ListTodo, Medal, Megaphone } from "lucide-react";
import type { Area } from "@/shell/area";
import { t } from "@/words/awarding";

const OFFICE = ["programmes.write", "awards.read"] as const;

export const awarding: Area = {
  nav: [
    { to: "/awarding/mine", label: t("navMine"), icon: Award, section: "award", needs: [], order: 10 },
    { to: "/awarding/calls", label: t("navCalls"), icon: Megaphone, section: "award", needs: [], order: 11 },
    {
      to: "/awarding/reviews",
      label: t("navReviews"),
      icon: ClipboardList,
      section: "award",
      needs: ["reviews.write"],
      order: 12,
    },
    { to: "/awarding/desk", label: t("navDesk"), icon: ListTodo, section: "award", needs: OFFICE, order: 13 },
    {
      to: "/awarding/programmes",
      label: t("navProgrammes"),
      icon: Landmark,
      section: "award",
      needs: OFFICE,
      order: 14,
    },
    {
      to: "/awarding/applications",
      label: t("navApplications"),
      icon: FileText,
      section: "award",
      needs: OFFICE,
      order: 15,
    },
    {
      to: "/awarding/awards",
      label: t("navAwards"),
      icon: BadgeCheck,
      section: "award",
      needs: ["awards.read"],
      order: 16,
    },
    {
      to: "/awarding/certificates",
      label: t("navCertificates"),
      icon: Medal,
      section: "award",
      needs: [],
      order: 17,
    },
  ],
};
