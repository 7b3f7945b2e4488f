// Choosing among a few things: a tier as cards that say what it gives.
import { useId } from "react";
import type { Tier } from "@/api/schema";
import { cx } from "@/ui";
import { t } from "@/words/awarding";
import { t as apply } from "@/words/awarding-apply";
import { shortAmount, type Unit } from "../model/amounts";

export interface TierChoiceProps {
  tiers: readonly Tier[];
  unit: Unit;
  value: string;
  onChange(name: string): void;
}

export function TierChoice({ tiers, unit, value, onChange }: TierChoiceProps) {
  const id = useId();
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1.5 text-sm font-medium">{apply("fieldTier")}</legend>
      <div className="grid gap-2 sm:grid-cols-2">
        {tiers.map((tier, at) => (
          <label
            key={tier.name}
            className={cx(
              "flex cursor-pointer items-start gap-3 rounded border px-3.5 py-2.5",
              tier.name === value ? "border-act bg-wash" : "hover:border-field",
            )}
          >
            <input
              type="radio"
              name="tier"
              aria-labelledby={`${id}-${at}`}
              aria-describedby={`${id}-${at}-says`}
              checked={tier.name === value}
              onChange={() => onChange(tier.name)}
              className="mt-1.5 size-4 shrink-0"
            />
            <span className="min-w-0">
              <span id={`${id}-${at}`} className="font-medium">
                {tier.name}
              </span>
              <span id={`${id}-${at}-says`} className="block text-sm text-soft">
                {tierWords(tier, unit)}
                {tier.about && <span className="block">{tier.about}</span>}
              </span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** "up to 1B tokens for 365 days, decided on with 2 reviews". */
export function tierWords(tier: Tier, unit: Unit): string {
  const most = `${shortAmount(tier.amount_max, unit)}${unit === "tokens" ? ` ${t("unitTokens")}` : ""}`;
  return [
    `${apply("upTo", { amount: most })} ${apply("forDays", { days: t("days", { count: tier.days }) })}`,
    tier.reviews > 0 ? apply("reviewsNeeded", { count: tier.reviews }) : apply("reviewsNone"),
  ].join(", ");
}
