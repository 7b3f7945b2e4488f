import { useNavigate, useSearch } from "@tanstack/react-router";
import { Page, Tabs } from "@/ui";
import { t } from "@/words/admin-news";
import { Deliveries } from "./deliveries";
import { News } from "./news";
import { Webhooks } from "./webhooks";

const VIEWS = ["webhooks", "deliveries", "news"] as const;

/** Where news goes, how that went, and the news itself. */
export function Notifications() {
  const said = useSearch({ from: "/admin/notifications" }).view;
  const view = VIEWS.find((one) => one === said) ?? "webhooks";
  const navigate = useNavigate({ from: "/admin/notifications" });
  return (
    <Page title={t("title")} about={t("about")}>
      <Tabs
        label={t("views")}
        value={view}
        onChange={(next) => void navigate({ search: next === "webhooks" ? {} : { view: next } })}
        tabs={[
          { id: "webhooks", label: t("webhooks"), content: <Webhooks /> },
          { id: "deliveries", label: t("deliveries"), content: <Deliveries /> },
          { id: "news", label: t("news"), content: <News /> },
        ]}
      />
    </Page>
  );
}
