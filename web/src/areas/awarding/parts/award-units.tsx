// How an award stands: what is left of how much, in figures and as a bar.
import type { AwardShape } from "@/api/schema";
import { Card, dayWords, Stat, Stats } from "@/ui";
import { t } from "@/words/awarding";
import { t as w } from "@/words/awarding-award";
import { percentWords } from "../model/amounts";
import { Amount, Bar } from "./shown";

export function UnitsCard({ award }: { award: AwardShape }) {
  const { units, unit } = award;
  if (!units) return <p className="rounded bg-wash px-4 py-3">{w("grantingNote")}</p>;
  const gone = units.returned + units.expired;
  return (
    <Card title={w("units")} about={w("term", { begin: dayWords(award.begins_at), end: dayWords(award.ends_at) })}>
      <Bar
        whole={award.amount}
        parts={[
          { label: "spent", amount: units.spent, tone: "act" },
          { label: "held", amount: units.held, tone: "soft" },
          { label: "gone", amount: gone, tone: "line" },
        ]}
      />
      <div className="mt-4">
        <Stats>
          <Stat label={w("left")} note={t("amountWhole", { share: percentWords(units.left, award.amount) })}>
            <Amount amount={units.left} unit={unit} brief />
          </Stat>
          <Stat label={w("spent")}>
            <Amount amount={units.spent} unit={unit} brief />
          </Stat>
          {units.committed > 0 && (
            <Stat label={w("toCome")}>
              <Amount amount={units.committed} unit={unit} brief />
            </Stat>
          )}
          {units.held > 0 && (
            <Stat label={w("held")}>
              <Amount amount={units.held} unit={unit} brief />
            </Stat>
          )}
          {gone > 0 && (
            <Stat label={w("returned")}>
              <Amount amount={gone} unit={unit} brief />
            </Stat>
          )}
          <Stat label={t("amount")}>
            <Amount amount={award.amount} unit={unit} brief />
          </Stat>
        </Stats>
      </div>
    </Card>
  );
}
