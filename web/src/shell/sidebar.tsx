import { Link, useLocation } from "@tanstack/react-router";
import { ChevronRight, Compass, SquarePen } from "lucide-react";
import { Suspense, useState } from "react";
import { useMe } from "@/api/hooks";
import { AREAS, ChatList } from "@/areas";
import { cx } from "@/ui/cx";
import { t } from "@/words/shell";
import type { NavItem, Section } from "./area";
import { keyNames } from "./keys";
import { Oneself } from "./oneself";
import { enters } from "./rooms";
import { ROW } from "./row";
import { remember, remembered } from "./sections";
import { summon } from "./summoned";

/** The pages one may go to, one's chats, and oneself. */
export function Sidebar({ onGo }: { onGo?: () => void }) {
  const me = useMe();
  const seen = AREAS.flatMap((area) => area.nav)
    .filter((item) => enters(me, item))
    .sort((a, b) => a.order - b.order);
  const of = (section: Section) => seen.filter((item) => item.section === section);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the links within are what one acts on; this only closes the drawer behind them
    // biome-ignore lint/a11y/noStaticElementInteractions: as above
    <div
      className="flex h-full flex-col"
      onClick={(event) => (event.target as Element).closest("a, [data-goes]") && onGo?.()}
    >
      <nav aria-label={t("navigation")} className="flex min-h-0 flex-1 flex-col overflow-y-auto px-2.5 py-3">
        <p className="px-2.5 pb-2 text-[1.0625rem] font-semibold">
          {me.organizations.find((one) => one.id === me.organization_id)?.name ?? t("product")}
        </p>
        {ChatList && (
          <Link to="/" activeOptions={{ exact: true }} className={ROW}>
            <SquarePen aria-hidden />
            {t("newChat")}
          </Link>
        )}
        <button type="button" className={`${ROW} w-full text-left`} data-goes="" onClick={() => summon("palette")}>
          <Compass aria-hidden />
          <span className="flex-1">{t("search")}</span>
          <kbd aria-hidden className="hidden font-mono text-xs text-soft md:inline">
            {keyNames("Mod+K").join(" ")}
          </kbd>
        </button>
        <Rows items={of("work")} />
        <Part section="award" title={t("sectionAward")} items={of("award")} />
        <Part section="run" title={t("sectionRun")} items={of("run")} />
        {ChatList && (
          <Suspense fallback={null}>
            <div className="mt-3 min-h-0">
              <ChatList />
            </div>
          </Suspense>
        )}
      </nav>
      <Oneself />
    </div>
  );
}

/** Open where one is in it, until one says otherwise; what one says is remembered. */
function Part({ section, title, items }: { section: Section; title: string; items: readonly NavItem[] }) {
  const here = useLocation({ select: ({ pathname }) => items.some((item) => pathname.startsWith(item.to)) });
  const [chosen, setChosen] = useState(() => remembered(section));
  if (items.length === 0) return null;
  const open = chosen ?? here;

  function toggle() {
    setChosen(!open);
    remember(section, !open);
  }

  return (
    <div className="mt-1">
      <button type="button" aria-expanded={open} className={`${ROW} w-full text-left`} onClick={toggle}>
        <ChevronRight aria-hidden className={cx("transition-transform", open && "rotate-90")} />
        {title}
      </button>
      {open && (
        <div className="pl-2">
          <Rows items={items} />
        </div>
      )}
    </div>
  );
}

function Rows({ items }: { items: readonly NavItem[] }) {
  return items.map(({ to, label, icon: Icon }) => (
    <Link key={to} to={to as "/"} className={ROW}>
      <Icon aria-hidden />
      {label}
    </Link>
  ));
}
