import { useNavigate, useSearch } from "@tanstack/react-router";
import { HandCoins } from "lucide-react";
import { useState } from "react";
import { api, type Gives } from "@/api/client";
import { useMay } from "@/api/hooks";
import { usePages } from "@/api/pages";
import { Badge, Button, Card, Empty, ErrorNote, moneyWords, nanoOf, Page, Skeleton, Tabs, Usd, When } from "@/ui";
import { t } from "@/words/people";
import { sourceWords } from "../budgets/words";
import { REQUESTS, useEverybody } from "../lists";
import { Deciding } from "./deciding";

export type Request = Gives<"GET", "/v1/tokenry/limit_requests">["data"][number];

/** Who asks for more, and what was decided. */
export function Requests() {
  const { view = "waiting" } = useSearch({ from: "/admin/requests" });
  const navigate = useNavigate({ from: "/admin/requests" });
  return (
    <Page title={t("requests")} about={t("requestsAbout")} narrow>
      <Tabs
        label={t("requests")}
        value={view}
        onChange={(next) => void navigate({ search: next === "decided" ? { view: next } : {} })}
        tabs={[
          { id: "waiting", label: t("requestsWaiting"), content: <Listing waiting /> },
          { id: "decided", label: t("requestsDecided"), content: <Listing /> },
        ]}
      />
    </Page>
  );
}

function Listing({ waiting = false }: { waiting?: boolean }) {
  const mayWrite = useMay("limits.write");
  const people = useEverybody();
  const [deciding, setDeciding] = useState<{ request: Request; yes: boolean } | null>(null);
  const found = usePages<Request>([...REQUESTS, waiting], (after, signal) =>
    api.get("/v1/tokenry/limit_requests", {
      query: { after, limit: 50, state: waiting ? "pending" : null },
      signal,
    }),
  );
  const nameOf = (id: string) => people.data?.find((one) => one.id === id)?.name ?? t("requestSomebody");
  if (found.error) return <ErrorNote error={found.error} again={found.again} />;
  if (found.loading) return <Skeleton className="h-32" />;
  const rows = (found.rows ?? []).filter((one) => waiting || one.state !== "pending");
  if (rows.length === 0) {
    return (
      <Empty icon={<HandCoins aria-hidden />} title={t("requestsNone")}>
        {t("requestsNoneWhy")}
      </Empty>
    );
  }
  return (
    <div className="flex flex-col gap-4">
      {rows.map((one) => (
        <Shown
          key={one.id}
          request={one}
          name={nameOf(one.user_id)}
          onDecide={mayWrite && one.state === "pending" ? (yes) => setDeciding({ request: one, yes }) : undefined}
        />
      ))}
      {found.more && (
        <Button look="quiet" busy={found.loadingMore} onClick={found.more} className="self-center">
          {t("requestsDecided")}
        </Button>
      )}
      {deciding && <Deciding {...deciding} name={nameOf(deciding.request.user_id)} onClose={() => setDeciding(null)} />}
    </div>
  );
}

function Shown(props: { request: Request; name: string; onDecide: ((yes: boolean) => void) | undefined }) {
  const { request, name, onDecide } = props;
  return (
    <Card
      title={t("requestWants", { name, amount: moneyWords(nanoOf(request.asked_usd) ?? 0n) })}
      about={<Instead request={request} />}
      actions={<State request={request} />}
    >
      <p className="wrap-anywhere whitespace-pre-wrap">{request.reason}</p>
      {request.note && (
        <p className="mt-3 border-l-2 pl-3 text-soft">
          <span className="sr-only">{t("requestNote", { name })}: </span>
          {request.note}
        </p>
      )}
      {onDecide && (
        <div className="mt-4 flex flex-wrap gap-2">
          <Button look="main" onClick={() => onDecide(true)}>
            {t("requestApprove")}
          </Button>
          <Button onClick={() => onDecide(false)}>{t("requestDeny")}</Button>
        </div>
      )}
    </Card>
  );
}

function Instead({ request }: { request: Request }) {
  return (
    <>
      {request.limit_usd !== null && (
        <>
          {t("requestInstead", { limit: moneyWords(nanoOf(request.limit_usd) ?? 0n) })}
          {request.source && ` (${t("requestSource", { source: sourceWords(request.source) })})`}
          {" · "}
        </>
      )}
      <When at={request.created_at} />
    </>
  );
}

function State({ request }: { request: Request }) {
  if (request.state === "pending") return null;
  if (request.state === "denied") return <Badge tone="bad">{t("requestWasDenied")}</Badge>;
  return (
    <Badge tone="good">
      {t("requestWasApproved", { amount: "" })} <Usd usd={request.granted_usd ?? "0"} />
    </Badge>
  );
}
