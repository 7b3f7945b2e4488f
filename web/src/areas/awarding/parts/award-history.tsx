// What was done to an award, oldest first.
import { Card, ErrorNote } from "@/ui";
import { t } from "@/words/awarding";
import { t as w } from "@/words/awarding-award";
import { useHistory, useMembers } from "../data";
import { Coming, personWords } from "./shown";
import { Steps } from "./steps";

const NAMES: Record<string, string> = {
  granted: w("step_grant"),
  suspended: w("step_suspend"),
  resumed: w("step_resume"),
  closing: w("step_begin_closing"),
  reopened: w("step_reopen"),
  closed: w("step_close"),
  tranche_released: w("step_released"),
  amendment_granted: w("step_changed"),
  amended: w("step_changed"),
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
