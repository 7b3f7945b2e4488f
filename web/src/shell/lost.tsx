import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { Compass, DoorClosed } from "lucide-react";
import { buttonClass } from "@/ui/button";
import { ErrorNote } from "@/ui/error-note";
import { useTitle } from "@/ui/page";
import { Empty } from "@/ui/surfaces";
import { t } from "@/words/shell";

export function Lost() {
  useTitle(t("lost"));
  return (
    <Empty
      whole
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

/** The room is there, and not for them. Nothing of it is asked for. */
export function NotYours({ room }: { room: string }) {
  useTitle(room);
  return (
    <Empty
      whole
      icon={<DoorClosed aria-hidden />}
      title={t("notYours", { room })}
      action={
        <Link to="/" className={buttonClass("main")}>
          {t("home")}
        </Link>
      }
    >
      {t("notYoursWhy")}
    </Empty>
  );
}

export function Failed({ error, reset }: ErrorComponentProps) {
  useTitle(t("wentWrong"));
  return (
    <div className="mx-auto max-w-xl p-6">
      <h1 className="mb-4 text-2xl">{t("wentWrong")}</h1>
      <ErrorNote error={error} again={reset} />
    </div>
  );
}
