// The pool of a programme: what it may give, what became of it, what stands behind it; and its end.
import { ExternalLink } from "lucide-react";
import { useState } from "react";
import { api } from "@/api/client";
import { useMay } from "@/api/hooks";
import type { Fleet, ProgrammeShape, Provider } from "@/api/schema";
import { Button, buttonClass, Card, moneyWords, Stat, Stats, tokensWords } from "@/ui";
import { t as o } from "@/words/awarding-office";
import { act } from "../data";
import { amountWords, typedAmount } from "../model/amounts";
import { ActDialog } from "../parts/act";
import { AmountField, amountOf } from "../parts/fields";
import { Amount, Bar } from "../parts/shown";
import { freeOf } from "./programmes";

export function PoolCard({ programme, writes }: { programme: ProgrammeShape; writes: boolean }) {
  const [changing, setChanging] = useState(false);
  const issues = useMay("credits.write") && writes;
  const { pool, unit } = programme;
  const given = Math.max(0, pool.granted - pool.returned);
  return (
    <>
      <Card
        title={o("pool")}
        about={o("poolAbout")}
        actions={issues && <Button onClick={() => setChanging(true)}>{o("setCap")}</Button>}
      >
        <Bar
          whole={pool.cap}
          parts={[
            { label: "given", amount: given, tone: "act" },
            { label: "committed", amount: pool.committed, tone: "soft" },
            { label: "promised", amount: pool.promised, tone: "line" },
          ]}
        />
        <div className="mt-4">
          <Stats>
            <Stat label={o("poolLeft")}>
              <Amount amount={freeOf(pool)} unit={unit} brief />
            </Stat>
            <Stat label={o("poolGranted")}>
              <Amount amount={given} unit={unit} brief />
            </Stat>
            <Stat label={o("poolPromised")}>
              <Amount amount={pool.promised} unit={unit} brief />
            </Stat>
            <Stat label={o("poolCap")}>
              <Amount amount={pool.cap} unit={unit} brief />
            </Stat>
          </Stats>
        </div>
        {pool.committed > 0 && (
          <p className="mt-3 text-sm text-soft">
            {o("poolCommitted")}: {amountWords(pool.committed, unit)}
          </p>
        )}
      </Card>
      <Backing terms={programme.terms} />
      {changing && <CapDialog programme={programme} onClose={() => setChanging(false)} />}
    </>
  );
}

function CapDialog({ programme, onClose }: { programme: ProgrammeShape; onClose(): void }) {
  const { pool, unit } = programme;
  const [text, setText] = useState(typedAmount(pool.cap, unit));
  const cap = amountOf(text, unit);
  return (
    <ActDialog
      open
      onClose={onClose}
      title={o("setCapTitle", { name: programme.name })}
      what={o("setCapWhat", { cap: amountWords(pool.cap, unit) })}
      verb={o("setCapVerb")}
      ready={cap !== null && cap !== pool.cap}
      act={() =>
        act(
          () =>
            api.post("/v1/tokenry/programmes/{programme_id}/cap", {
              path: { programme_id: programme.id },
              body: { cap: cap ?? 0 },
            }),
          o("capSet"),
        )
      }
    >
      <AmountField label={o("capField")} unit={unit} value={text} onChange={setText} />
    </ActDialog>
  );
}

function Backing({ terms }: { terms: ProgrammeShape["terms"] }) {
  return (
    <Card title={o("backing")} about={o("backingAbout")}>
      {terms.backing.length === 0 ? (
        <p className="text-soft">{o("backingNone")}</p>
      ) : (
        <ul className="flex flex-col gap-2">
          {terms.backing.map((one) => (
            <li key={JSON.stringify(one)}>
              <BackingLine backing={one} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function BackingLine({ backing }: { backing: Fleet | Provider }) {
  if (backing.type === "fleet") {
    return (
      <>
        {o("backingFleet", {
          count: backing.accelerators,
          rate: tokensWords(backing.tokens_per_second),
          percent: backing.available_percent,
        })}
        <span className="block text-sm text-soft">{o("backingMeasured", { how: backing.measured })}</span>
      </>
    );
  }
  const price = moneyWords(backing.nanousd_per_million, { exact: true });
  return <>{o("backingProvider", { name: backing.name, price, money: moneyWords(backing.money) })}</>;
}

export function ClosingProgramme({ programme }: { programme: ProgrammeShape }) {
  const [asking, setAsking] = useState(false);
  return (
    <div className="flex flex-wrap gap-2">
      <a href={`/programmes/${programme.id}`} className={buttonClass("plain")}>
        <ExternalLink aria-hidden className="size-4" />
        {o("funderPage")}
      </a>
      {programme.terms.public && (
        <a href={`/public/programmes/${programme.id}`} className={buttonClass("plain")}>
          <ExternalLink aria-hidden className="size-4" />
          {o("publicPage")}
        </a>
      )}
      <Button look="bad" onClick={() => setAsking(true)}>
        {o("closeProgramme")}
      </Button>
      <ActDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={o("closeProgrammeTitle", { name: programme.name })}
        what={o("closeProgrammeWhat")}
        verb={o("closeProgrammeVerb")}
        bad
        act={() =>
          act(
            () =>
              api.post("/v1/tokenry/programmes/{programme_id}/close", {
                path: { programme_id: programme.id },
              }),
            o("programmeClosed"),
          )
        }
      />
    </div>
  );
}
