import { useMemo, useState } from "react";
import { moneyWords, Select } from "@/ui";
import { t } from "@/words/admin-numbers";
import { Chart } from "../chart/chart";
import { brief, type Clock, clockOf, count, type Series, spanWords } from "../chart/layout";
import { type Asked, MEASURES, type Measure } from "./asked";
import { type Picture, seriesOf } from "./data";

const money = (value: number | null) => moneyWords(value ?? 0);
const whole = (value: number | null) => count.format(value ?? 0);
const short = (value: number) => brief.format(value);

export interface ChartsProps {
  picture: Picture;
  asked: Asked;
  onChange(asked: Asked): void;
}

/** What was used over time, how long it took, and what went wrong. */
export function Charts({ picture, asked, onChange }: ChartsProps) {
  const clock = useMemo(() => clockOf(picture.step, picture.time_zone), [picture.step, picture.time_zone]);
  return (
    <>
      <Used picture={picture} asked={asked} onChange={onChange} clock={clock} />
      <div className="grid min-w-0 gap-6 lg:grid-cols-2">
        <Waiting picture={picture} clock={clock} />
        <Failures picture={picture} clock={clock} />
      </div>
    </>
  );
}

function Used({ picture, asked, onChange, clock }: ChartsProps & { clock: Clock }) {
  const measure = asked.measure ?? "cost";
  const series = useMemo(() => seriesOf(picture, measure), [picture, measure]);
  const words = measure === "cost" ? money : whole;
  return (
    <Chart
      title={t("overTime")}
      about={t(picture.step === "hour" ? "hoursIn" : "inZone", { zone: picture.time_zone.replaceAll("_", " ") })}
      choices={
        <div className="w-36">
          <Select
            aria-label={t("measure")}
            value={measure}
            onChange={(event) => onChange({ ...asked, measure: event.target.value as Measure })}
          >
            {MEASURES.map((one) => (
              <option key={one} value={one}>
                {t(`measure.${one}`)}
              </option>
            ))}
          </Select>
        </div>
      }
      kind="bars"
      series={series}
      starts={picture.starts}
      clock={clock}
      words={words}
      whole={measure !== "cost"}
      beside={measure === "cost" ? (moneyWords as (value: number) => string) : short}
    />
  );
}

function Waiting({ picture, clock }: { picture: Picture; clock: Clock }) {
  const [what, setWhat] = useState<"first" | "whole">("first");
  const series = useMemo<Series[]>(() => {
    const told = picture.series;
    const [half, most] =
      what === "first" ? [told.first_token_p50_ms, told.first_token_p95_ms] : [told.whole_p50_ms, told.whole_p95_ms];
    return [
      { id: "half", label: t("half"), values: half, look: 1 },
      { id: "most", label: t("most"), values: most, look: 2 },
    ];
  }, [picture, what]);
  return (
    <Chart
      title={t("waiting")}
      about={t("waitingAbout")}
      choices={
        <div className="w-40">
          <Select
            aria-label={t("waiting")}
            value={what}
            onChange={(event) => setWhat(event.target.value as typeof what)}
          >
            <option value="first">{t("waiting.first")}</option>
            <option value="whole">{t("waiting.whole")}</option>
          </Select>
        </div>
      }
      kind="lines"
      series={series}
      starts={picture.starts}
      clock={clock}
      words={spanWords}
      beside={spanWords}
    />
  );
}

function Failures({ picture, clock }: { picture: Picture; clock: Clock }) {
  const series = useMemo<Series[]>(
    () => [
      { id: "failed", label: t("failedSeries"), values: picture.series.failed, look: 2 },
      { id: "refused", label: t("refusedSeries"), values: picture.series.refused, look: 4 },
    ],
    [picture],
  );
  const nothing = picture.total.failed + picture.total.refused === 0;
  return (
    <Chart
      title={t("failures")}
      about={t("failuresAbout")}
      kind="bars"
      series={series}
      starts={picture.starts}
      clock={clock}
      words={whole}
      beside={short}
      whole
      {...(nothing ? { instead: t("nothingWrong") } : {})}
    />
  );
}
