import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { buttonClass, Card, When } from "@/ui";
import { t } from "@/words/privacy";
import { accessesQuery } from "./lists";

/** Leave that one has to read somebody else's chats. */
export function MayRead() {
  const found = useQuery(accessesQuery);
  return (found.data?.may_read ?? []).map((one) => (
    <Card key={one.id} title={t("mayRead", { name: one.user ?? t("somebody") })}>
      <div className="flex flex-col items-start gap-3">
        <p className="wrap-anywhere">{t("mayReadWhy", { reason: one.reason })}</p>
        <p className="text-sm text-soft">
          {t("grantBy")}: {one.granted_by_name ?? t("somebody")} · <When at={one.expires_at} as="moment" />
        </p>
        <Link to="/admin/reading/$id" params={{ id: one.id }} className={buttonClass("plain")}>
          {t("mayReadOpen")}
        </Link>
      </div>
    </Card>
  ));
}
