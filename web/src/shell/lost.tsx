import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { buttonClass, Empty, ErrorNote, useTitle } from "@/ui";
import { t } from "@/words/shell";

export function Lost() {
  useTitle(t("lost"));
  return (
    <Empty
      icon={<Compass aria-hidden />}
      title={t("lost")}
      action={
        <Link to="/" className={buttonClass("main")}>
          {t("home")}
        </Link>
      }
    >
      {t("lostWhy")}
    </Empty>
  );
}

export function Failed({ error, reset }: ErrorComponentProps) {
  useTitle(t("wentWrong"));
  return (
    <div className="mx-auto max-w-xl p-6">
      <ErrorNote error={error} again={reset} />
    </div>
  );
}
