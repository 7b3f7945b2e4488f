import { useNavigate, useSearch } from "@tanstack/react-router";
import { Download, ExternalLink, FileText } from "lucide-react";
import { api, type Gives } from "@/api/client";
import { usePages } from "@/api/pages";
import { byName, useProjects } from "@/areas/admin-people/lists";
import { buttonClass, Card, type Column, Empty, Field, IconButton, Page, Select, Table, toast, Usd, When } from "@/ui";
import { locale } from "@/words";
import { t } from "@/words/admin-statements";
import { useNames } from "../names";
import { saveAnswer } from "../save";

type Statement = Gives<"GET", "/v1/tokenry/statements">["data"][number];

const PAGE = 50;
const months = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" });

/** `2026-10` as people say it. */
export function monthWords(month: string): string {
  const at = Date.parse(`${month}-01T00:00:00Z`);
  return Number.isNaN(at) ? month : months.format(at);
}

/** What was used and paid, month by month. */
export function Statements() {
  const { project } = useSearch({ from: "/admin/statements" });
  const navigate = useNavigate({ from: "/admin/statements" });
  const projects = byName(useProjects().data);
  const names = useNames();
  const query = project === "organization" ? { place: "organization" as const } : { project_id: project ?? null };
  const found = usePages<Statement>(["statements", project ?? ""], (after, signal) =>
    api.get("/v1/tokenry/statements", { query: { ...query, after: after ?? null, limit: PAGE }, signal }),
  );
  return (
    <Page title={t("title")} about={t("about")}>
      <Field label={t("of")} className="max-w-64">
        <Select
          value={project ?? ""}
          onChange={(event) =>
            void navigate({ search: event.target.value ? { project: event.target.value } : {}, replace: true })
          }
        >
          <option value="">{t("all")}</option>
          <option value="organization">{t("organization")}</option>
          {projects.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </Select>
      </Field>
      <Card flush>
        <Table
          label={t("title")}
          columns={columnsOf(names)}
          rowKey={(one) => one.id}
          empty={
            <Empty icon={<FileText aria-hidden />} title={t("none")}>
              {t("noneWhy")}
            </Empty>
          }
          {...found}
        />
      </Card>
    </Page>
  );
}

function columnsOf(names: Readonly<Record<string, string>>): Column<Statement>[] {
  const what = (one: Statement) =>
    one.project_id === null ? t("organization") : (names[one.project_id] ?? one.project_id);
  return [
    { id: "month", title: t("month"), cell: (one) => monthWords(one.month) },
    { id: "of", title: t("of"), cell: what },
    { id: "total", title: t("total"), right: true, cell: (one) => <Usd usd={one.total_usd.replace("-", "")} /> },
    { id: "issued", title: t("issued"), cell: (one) => <When at={one.issued_at} as="day" /> },
    { id: "files", title: t("open"), quiet: true, right: true, cell: (one) => <Files one={one} what={what(one)} /> },
  ];
}

function Files({ one, what }: { one: Statement; what: string }) {
  const month = monthWords(one.month);
  const path = `/v1/tokenry/statements/${one.id}`;
  const save = () =>
    saveAnswer(path, { format: "csv" }, `statement-${one.month}.csv`).catch((error) => toast.failed(error));
  return (
    <span className="inline-flex flex-wrap items-center justify-end gap-1">
      <a
        href={`${path}?format=html`}
        target="_blank"
        rel="noreferrer"
        className={buttonClass("quiet", "small")}
        aria-label={t("openOf", { what, month })}
      >
        <ExternalLink aria-hidden className="size-4" />
        {t("open")}
      </a>
      <IconButton label={t("csvOf", { what, month })} onClick={() => void save()}>
        <Download aria-hidden />
      </IconButton>
    </span>
  );
}
