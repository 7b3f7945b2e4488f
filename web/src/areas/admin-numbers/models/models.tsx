import { Boxes, Download } from "lucide-react";
import { useState } from "react";
import { Badge, Button, Card, type Column, dayWords, Empty, nanoOf, Table, Tokens, Usd } from "@/ui";
import { listed } from "@/words";
import { t } from "@/words/admin-models";
import { saveJson } from "../save";
import { type Deployment, type Model, type Rate, rateOf, readinessOf, unitOf, useCatalogue } from "./data";
import { ModelDialog } from "./model";

/** Every model, with its usual prices and who sees a prompt. */
export function ModelList() {
  const found = useCatalogue();
  const [shown, setShown] = useState<string | null>(null);
  const model = found.data?.data.find((one) => one.name === shown) ?? null;
  return (
    <Card
      flush
      title={t("models")}
      about={t("modelsAbout")}
      actions={
        found.data && (
          <Button
            size="small"
            icon={<Download aria-hidden className="size-4" />}
            onClick={() => saveJson(found.data, "catalogue.json")}
          >
            {t("exportJson")}
          </Button>
        )
      }
    >
      <Table
        label={t("models")}
        columns={columnsOf(setShown)}
        rows={found.data?.data}
        rowKey={(one) => one.name}
        sorted={{ id: "name", down: false }}
        loading={found.isPending}
        error={found.error}
        again={() => void found.refetch()}
        empty={
          <Empty icon={<Boxes aria-hidden />} title={t("none")}>
            {t("noneWhy")}
          </Empty>
        }
      />
      <ModelDialog model={model} onClose={() => setShown(null)} />
    </Card>
  );
}

function columnsOf(onShow: (name: string) => void): Column<Model>[] {
  return [
    { id: "name", title: t("model"), sort: (one) => one.name, cell: (one) => <Name one={one} onShow={onShow} /> },
    {
      id: "kind",
      title: t("kind"),
      sort: (one) => t(`kind.${one.kind}`),
      cell: (one) => <span className="whitespace-nowrap">{t(`kind.${one.kind}`)}</span>,
    },
    {
      id: "context",
      title: t("context"),
      right: true,
      sort: (one) => one.context_tokens,
      cell: (one) => (one.context_tokens === null ? "–" : <Tokens count={one.context_tokens} brief />),
    },
    {
      id: "in",
      title: t("input"),
      right: true,
      sort: (one) => sizeOf(inputOf(one)),
      cell: (one) => <Price rate={inputOf(one)} />,
    },
    {
      id: "out",
      title: t("output"),
      right: true,
      sort: (one) => sizeOf(outputOf(one)),
      cell: (one) => <Price rate={outputOf(one)} />,
    },
    { id: "seen", title: t("seenBy"), cell: (one) => <SeenBy deployments={one.deployments} /> },
    {
      id: "state",
      title: t("state"),
      sort: (one) => readinessOf(one.deployments).ready,
      cell: (one) => <State one={one} />,
    },
  ];
}

const inputOf = (one: Model) => rateOf(one.price, "input", "embedding", "audio_second", "image");
const outputOf = (one: Model) => (one.kind === "embedding" ? null : rateOf(one.price, "output"));
const sizeOf = (rate: Rate | null) => (rate === null ? null : Number(nanoOf(rate.usd) ?? 0n));

function Name({ one, onShow }: { one: Model; onShow(name: string): void }) {
  const coming = one.coming[0];
  return (
    <>
      <button type="button" className="link text-left" onClick={() => onShow(one.name)}>
        {one.name}
      </button>
      {one.aliases.length > 0 && (
        <span className="block text-sm text-soft">{t("also", { names: listed(one.aliases) })}</span>
      )}
      {!one.listed && <span className="block text-sm text-soft">{t("notListed")}</span>}
      {coming && (
        <span className="block text-sm text-soft">{t("changes", { day: dayWords(coming.effective_from) })}</span>
      )}
    </>
  );
}

function Price({ rate }: { rate: Rate | null }) {
  if (rate === null) return <span className="text-soft">–</span>;
  if (rate.per === "million_tokens") return <Usd usd={rate.usd} />;
  return (
    <>
      <Usd usd={rate.usd} /> <span className="text-sm text-soft">{t("per", { unit: unitOf(rate) })}</span>
    </>
  );
}

/** Everybody who is sent a prompt, and how secret it may be. */
export function SeenBy({ deployments }: { deployments: readonly Deployment[] }) {
  const providers = [...new Map(deployments.map((one) => [one.provider, one])).values()];
  return (
    <ul className="flex flex-col gap-1">
      {providers.map((one) => (
        <li key={one.provider}>
          {one.provider}
          <span className="block text-sm text-soft">
            {t(one.place === "house" ? "house" : "elsewhere")}, {t(`class.${one.data_class}`)}
          </span>
        </li>
      ))}
    </ul>
  );
}

function State({ one }: { one: Model }) {
  const { state, ready } = readinessOf(one.deployments);
  if (state === "down") return <Badge tone="bad">{t("down")}</Badge>;
  if (state === "ready") return <Badge tone="good">{t("ready")}</Badge>;
  return <Badge tone="act">{t("someReady", { ready, all: one.deployments.length })}</Badge>;
}
