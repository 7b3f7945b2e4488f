import { Page } from "@/ui";
import { t } from "@/words/people";
import { Alerts } from "./alerts";
import { BudgetsOf } from "./list";

export function Budgets() {
  return (
    <Page title={t("budgets")} about={t("budgetsAbout")}>
      <BudgetsOf />
      <Alerts />
    </Page>
  );
}
