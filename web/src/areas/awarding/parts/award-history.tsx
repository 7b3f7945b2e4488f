// What was done to an award, oldest first.
import { Card, ErrorNote } from "@/ui";
import { t } from "@/words/awarding";
import { t as w } from "@/words/awarding-award";
import { useHistory, useMembers } from "../data";
import { Coming, personWords } from "./shown";
import { Steps } from "./steps";

const NAMES: Record<string, string> = {
  created: w("step_create"),
  granted: w("step_grant"),
  suspended: w("step_suspend"),
  resumed: w("step_resume"),
  closing: w("step_begin_closing"),
  reopened: w("step_reopen"),
  closed: w("step_close"),
  tranche_released: w("step_released"),
  transfer_received: w("step_received"),
  report_submitted: w("step_report_submitted"),
  report_accepted: w("step_report_accepted"),
  report_returned: w("step_report_returned"),
  report_waived: w("step_report_waived"),
  ...Object.fromEntries(
    [
      ["supplement", w("kindSupplement")],
      ["extension", w("kindExtension")],
      ["transfer", w("kindTransfer")],
      ["withdrawal", w("kindWithdrawal")],
    ].flatMap(([kind, what = ""]) => [
      [`${kind}_asked`, w("step_change_asked", { what })],
      [`${kind}_granted`, w("step_change_done", { what })],
      [`${kind}_denied`, w("step_change_denied", { what })],
      [`${kind}_taken_back`, w("step_change_taken_back", { what })],
    ]),
  ),
};

export function HistoryCard({ awardId, mine }: { awardId: string; mine: boolean }) {
  const found = useHistory(awardId, mine);
  const members = useMembers(!mine);
  const names = new Map(members.data?.map((one) => [one.id, personWords(one)]));
  return (
    <Card title={t("history")}>
      {found.isPending && <Coming />}
      {found.error && <ErrorNote error={found.error} again={() => void found.refetch()} />}
      {found.data?.length === 0 && <p className="text-soft">{w("historyNone")}</p>}
      {found.data && (
        <Steps
          names={NAMES}
          steps={found.data.map((one) => ({
            step: one.step,
            at: one.at,
            words: one.words,
            who: names.get(one.actor_id) ?? "",
          }))}
        />
      )}
    </Card>
  );
}
