import { Newspaper } from "lucide-react";
import { api, type Gives } from "@/api/client";
import { usePages } from "@/api/pages";
import { Card, type Column, Empty, Table, When } from "@/ui";
import { t } from "@/words/admin-news";
import { typeWords } from "../audit/looked";
import { useNames } from "../names";

type Piece = Gives<"GET", "/v1/tokenry/news">["data"][number];

const PAGE = 50;

/** What happened that somebody was told of. */
export function News() {
  const names = useNames();
  const found = usePages<Piece>(["news"], (after, signal) =>
    api.get("/v1/tokenry/news", { query: { after: after ?? null, limit: PAGE }, signal }),
  );
  const columns: Column<Piece>[] = [
    { id: "when", title: t("when"), cell: (one) => <When at={one.created_at} as="moment" /> },
    { id: "what", title: t("what"), cell: (one) => typeWords(one.type) },
    {
      id: "project",
      title: t("project"),
      cell: (one) => (one.project_id === null ? "–" : (names[one.project_id] ?? one.project_id)),
    },
  ];
  return (
    <Card flush title={t("news")}>
      <Table
        label={t("news")}
        columns={columns}
        rowKey={(one) => one.id}
        empty={
          <Empty icon={<Newspaper aria-hidden />} title={t("newsNone")}>
            {t("newsNoneWhy")}
          </Empty>
        }
        {...found}
      />
    </Card>
  );
}
