/** Said before the first message, where it is needed: no model at all, or only the starter. */
import { Sprout } from "lucide-react";
import { Empty, ErrorNote } from "@/ui";
import { t } from "@/words/chat";
import type { Models } from "../model/types";

type Props = { models: Models | null; error: unknown; onAgain: () => void };

export function Help({ models, error, onAgain }: Props) {
  if (error) return <ErrorNote className="my-6" error={error} again={onAgain} />;
  if (!models) return null;
  const open = models.data.filter((one) => !one.refusal);
  if (models.project_id === null) return <Empty title={t("new.noProject")}>{t("new.noProjectWhy")}</Empty>;
  if (open.length === 0) return <Empty title={t("new.noModels")}>{models.refusal ?? t("new.noModelsWhy")}</Empty>;
  if (open.some((one) => !one.starter)) return null;
  return (
    <section className="my-6 flex gap-3 rounded-lg border bg-raised px-4 py-3 text-[0.9375rem]">
      <Sprout aria-hidden className="mt-0.5 size-5 shrink-0 text-good" />
      <div>
        <h2 className="text-base">{t("new.starterTitle")}</h2>
        <p className="mt-1 text-soft">{t("new.starter")}</p>
        <p className="mt-1 text-soft">{t("new.starterHow")}</p>
      </div>
    </section>
  );
}
