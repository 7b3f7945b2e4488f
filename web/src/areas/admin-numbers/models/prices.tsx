import { BookOpen } from "lucide-react";
import { useState } from "react";
import { api, type Gives } from "@/api/client";
import { usePages } from "@/api/pages";
import { Badge, Button, Card, type Column, Dialog, Empty, Table, When } from "@/ui";
import { t } from "@/words/admin-models";
import { Rates } from "./model";

type Version = Gives<"GET", "/v1/tokenry/prices">["data"][number];

const TONES = { in_force: "good", announced: "act", past: "plain", correction: "plain" } as const;

/** Every version of the price book, the newest first. None is ever edited. */
export function PriceBook() {
  const [shown, setShown] = useState<Version | null>(null);
  const found = usePages<Version>(["prices"], (after, signal) =>
    api.get("/v1/tokenry/prices", { query: { after: after ?? null, limit: 50 }, signal }),
  );
  const columns: Column<Version>[] = [
    {
      id: "version",
      title: t("version"),
      cell: (one) => (
        <button type="button" className="link text-left font-mono text-sm" onClick={() => setShown(one)}>
          {one.id}
        </button>
      ),
    },
    { id: "from", title: t("from"), cell: (one) => <When at={one.effective_from} as="moment" /> },
    {
      id: "state",
      title: t("state"),
      cell: (one) => <Badge tone={TONES[one.status]}>{t(`status.${one.status}`)}</Badge>,
    },
    {
      id: "models",
      title: t("models"),
      right: true,
      cell: (one) => t("versionModels", { count: one.models.length }),
    },
  ];
  return (
    <Card flush>
      <Table
        label={t("prices")}
        columns={columns}
        rowKey={(one) => one.id}
        empty={
          <Empty icon={<BookOpen aria-hidden />} title={t("pricesNone")}>
            {t("pricesNoneWhy")}
          </Empty>
        }
        {...found}
      />
      <Dialog
        open={shown !== null}
        onClose={() => setShown(null)}
        title={shown?.id ?? ""}
        wide
        actions={
          <Button look="main" onClick={() => setShown(null)}>
            {t("close")}
          </Button>
        }
      >
        <div className="flex flex-col gap-6">
          {shown?.models.map((one) => (
            <section key={one.model}>
              <h3 className="mb-1 text-base">{one.model}</h3>
              <Rates price={one.price} cost={one.cost} label={one.model} />
            </section>
          ))}
        </div>
      </Dialog>
    </Card>
  );
}
