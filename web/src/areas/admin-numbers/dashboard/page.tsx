import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ChartColumn } from "lucide-react";
import { useMemo } from "react";
import { Button, buttonClass, Card, Empty, ErrorNote, Page, Skeleton } from "@/ui";
import { t } from "@/words/admin-numbers";
import { Export } from "../exporting";
import { useNames } from "../names";
import { type Asked, askedOf, type GroupBy } from "./asked";
import { Charts } from "./charts";
import { Controls } from "./controls";
import { nameOf, type Picture, type Scope, usePicture } from "./data";
import { Totals } from "./figures";
import { Top } from "./groups";

const MINE: readonly GroupBy[] = ["model", "project", "key", "endpoint", "tier"];

/** What the organization, or what one leads of it, used. */
export function Dashboard() {
  const said = useSearch({ from: "/admin/dashboard" });
  const asked = useMemo(() => askedOf(said), [said]);
  const navigate = useNavigate({ from: "/admin/dashboard" });
  return <Numbers scope="all" asked={asked} onChange={(next) => void navigate({ search: next, replace: true })} />;
}

/** What one used oneself. */
export function MyUsage() {
  const said = useSearch({ from: "/me/usage" });
  const asked = useMemo(() => askedOf(said), [said]);
  const navigate = useNavigate({ from: "/me/usage" });
  return <Numbers scope="mine" asked={asked} onChange={(next) => void navigate({ search: next, replace: true })} />;
}

interface NumbersProps {
  scope: Scope;
  asked: Asked;
  onChange(asked: Asked): void;
}

function Numbers({ scope, asked, onChange }: NumbersProps) {
  const { found, query } = usePicture(scope, asked);
  const picture = found.data;
  const known = useNames();
  const names = useMemo(() => ({ ...known, ...namesOf(picture) }), [known, picture]);
  return (
    <Page
      title={scope === "all" ? t("dashboard") : t("usage")}
      about={aboutOf(scope, picture)}
      actions={
        <>
          {scope === "mine" && picture?.whose === "projects" && (
            <Link to="/admin/dashboard" className={buttonClass()}>
              {t("leads")}
            </Link>
          )}
          <Link to={scope === "mine" ? "/me/receipts" : "/admin/receipts"} className={buttonClass()}>
            {scope === "mine" ? t("receiptsMine") : t("receipts")}
          </Link>
          <Export
            path={scope === "all" ? "/v1/tokenry/dashboard" : "/v1/tokenry/me/usage"}
            query={query}
            name="usage"
          />
        </>
      }
    >
      <Controls asked={asked} onChange={onChange} names={names} {...(scope === "mine" ? { groups: MINE } : {})} />
      {found.error ? (
        <ErrorNote error={found.error} again={() => void found.refetch()} />
      ) : picture ? (
        <Shown picture={picture} scope={scope} asked={asked} onChange={onChange} />
      ) : (
        <Coming />
      )}
    </Page>
  );
}

function Shown({ picture, scope, asked, onChange }: NumbersProps & { picture: Picture }) {
  const by = picture.group_by ?? "model";
  if (picture.total.requests === 0 && picture.total.charge_nanousd === 0)
    return <Nothing asked={asked} onChange={onChange} />;
  return (
    <>
      <Totals picture={picture} />
      <Charts picture={picture} asked={asked} onChange={onChange} />
      <Card title={t("top")} flush>
        <Top key={by} picture={picture} by={by} asked={asked} scope={scope} />
      </Card>
    </>
  );
}

function Nothing({ asked, onChange }: { asked: Asked; onChange(asked: Asked): void }) {
  return (
    <Card>
      <Empty
        icon={<ChartColumn aria-hidden />}
        title={t("empty")}
        action={
          <div className="flex flex-wrap justify-center gap-2">
            <Link to="/" className={buttonClass("main")}>
              {t("emptyChat")}
            </Link>
            <Button onClick={() => onChange({ ...asked, window: "90d", from: undefined, to: undefined })}>
              {t("emptyWiden")}
            </Button>
          </div>
        }
      >
        {t("emptyWhy")}
      </Empty>
    </Card>
  );
}

function Coming() {
  return (
    <div aria-busy="true" className="flex flex-col gap-6">
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        {["a", "b", "c", "d"].map((one) => (
          <Skeleton key={one} className="h-24" />
        ))}
      </div>
      <Skeleton className="h-80" />
    </div>
  );
}

function aboutOf(scope: Scope, picture: Picture | undefined): string {
  if (scope === "mine") return t("usageAbout");
  if (picture?.whose === "own") return t("dashboardOwn");
  return picture?.whose === "projects" ? t("dashboardProjects") : t("dashboardOrganization");
}

/** What ids in the address are called, as far as the answer tells. */
function namesOf(picture: Picture | undefined): Record<string, string> {
  const by = picture?.group_by;
  if (!picture || !by) return {};
  return Object.fromEntries(picture.groups.map((group) => [group.id, nameOf(group, by)]));
}
