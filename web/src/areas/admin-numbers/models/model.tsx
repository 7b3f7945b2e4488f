import { Pencil } from "lucide-react";
import { useState } from "react";
import { Badge, Button, Dialog, dayWords, Usd } from "@/ui";
import { t } from "@/words/admin-models";
import { spanWords } from "../chart/layout";
import { ChangeDialog } from "./change";
import { type Deployment, type Model, type Rate, unitOf } from "./data";

/** A model in full: every rate now and to come, and everybody who serves it. */
export function ModelDialog({ model, onClose }: { model: Model | null; onClose(): void }) {
  const [changing, setChanging] = useState(false);
  return (
    <>
      <Dialog
        open={model !== null && !changing}
        onClose={onClose}
        title={t("details", { model: model?.name ?? "" })}
        wide
        actions={
          <>
            <Button icon={<Pencil aria-hidden className="size-4" />} onClick={() => setChanging(true)}>
              {t("change")}
            </Button>
            <Button look="main" onClick={onClose}>
              {t("close")}
            </Button>
          </>
        }
      >
        {model && (
          <div className="flex flex-col gap-6">
            <section>
              <h3 className="text-base">{t("rates")}</h3>
              <p className="mb-2 text-sm text-soft">{t("ratesAbout")}</p>
              <Rates price={model.price} cost={model.cost} label={t("rates")} />
            </section>
            {model.coming.map((one) => (
              <section key={one.effective_from}>
                <h3 className="mb-2 text-base">{t("coming", { day: dayWords(one.effective_from) })}</h3>
                <Rates price={one.price} cost={null} label={t("coming", { day: dayWords(one.effective_from) })} />
              </section>
            ))}
            <section>
              <h3 className="text-base">{t("deployments")}</h3>
              <p className="mb-2 text-sm text-soft">{t("deploymentsAbout")}</p>
              <ol className="flex flex-col gap-3">
                {model.deployments.map((one) => (
                  <Served key={one.id} one={one} />
                ))}
              </ol>
            </section>
          </div>
        )}
      </Dialog>
      {model && <ChangeDialog model={model} open={changing} onClose={() => setChanging(false)} />}
    </>
  );
}

/** Rates as a table; what it costs the house beside the price where one may know. */
export function Rates(props: { price: readonly Rate[] | null; cost: readonly Rate[] | null; label: string }) {
  const { price, cost, label } = props;
  const keyOf = (one: Rate) => `${one.meter} ${one.service_tier} ${one.above_tokens}`;
  const costs = new Map((cost ?? []).map((one) => [keyOf(one), one]));
  const rates = price ?? cost ?? [];
  if (rates.length === 0) return <p className="text-soft">{t("noPrice")}</p>;
  return (
    <div className="overflow-x-auto">
      <table aria-label={label} className="figures w-full text-[0.9375rem]">
        <thead>
          <tr className="border-b text-sm text-soft">
            <th scope="col" className="py-1.5 pr-4 text-left font-medium">
              {t("meter")}
            </th>
            <th scope="col" className="py-1.5 pr-4 text-left font-medium">
              {t("tier")}
            </th>
            <th scope="col" className="py-1.5 pr-4 text-right font-medium">
              {t("price")}
            </th>
            {cost && (
              <th scope="col" className="py-1.5 text-right font-medium">
                {t("cost")}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rates.map((one) => (
            <tr key={keyOf(one)} className="border-b last:border-b-0">
              <th scope="row" className="py-1.5 pr-4 text-left font-normal">
                {one.meter.replaceAll("_", " ")}
                {one.above_tokens > 0 && (
                  <span className="block text-sm text-soft">{t("above", { count: one.above_tokens })}</span>
                )}
              </th>
              <td className="py-1.5 pr-4">{one.service_tier}</td>
              <td className="py-1.5 pr-4 text-right">
                {price ? <Usd usd={one.usd} /> : "–"}{" "}
                <span className="text-sm text-soft">{t("per", { unit: unitOf(one) })}</span>
              </td>
              {cost && <td className="py-1.5 text-right">{costOf(costs.get(keyOf(one)))}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function costOf(rate: Rate | undefined) {
  return rate ? <Usd usd={rate.usd} /> : "–";
}

function Served({ one }: { one: Deployment }) {
  const more = [
    t(one.place === "house" ? "house" : "elsewhere"),
    t(`class.${one.data_class}`),
    t("priority", { priority: one.priority }),
    one.upstream_model !== one.id.split("/").slice(1).join("/") ? t("upstream", { name: one.upstream_model }) : null,
    one.first_token_ms === null ? null : t("firstToken", { span: spanWords(one.first_token_ms) }),
    one.last_failure === null ? null : t("lastFailure", { why: one.last_failure.replaceAll("_", " ") }),
  ].filter((part) => part !== null);
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
      <span className="min-w-0 flex-1 basis-60">
        <span className="wrap-anywhere">{one.id}</span>
        <span className="block text-sm text-soft">{more.join(", ")}</span>
      </span>
      {one.breaker === "open" ? (
        <Badge tone="bad">{t("resting")}</Badge>
      ) : (
        <Badge tone={one.engine === "ready" ? "good" : "bad"}>{one.engine ?? t("down")}</Badge>
      )}
    </li>
  );
}
