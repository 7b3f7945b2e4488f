import { Link } from "@tanstack/react-router";
import { ChevronsUpDown, Keyboard, LogOut, Monitor, Moon, Search, SquarePen, Sun, UserRound } from "lucide-react";
import { Suspense } from "react";
import { may, useMe } from "@/api/hooks";
import { AREAS, ChatList } from "@/areas";
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuLine } from "@/ui";
import { t } from "@/words/shell";
import type { NavItem, Section } from "./area";
import { keyNames } from "./keys";
import { signOut } from "./leave";
import { summon } from "./summoned";
import { setTheme, type Theme, useTheme } from "./theme";

const ROW =
  "flex min-h-11 items-center gap-2.5 rounded px-2.5 text-[0.9375rem] text-ink no-underline hover:bg-code md:min-h-9 " +
  "-outline-offset-2 [&>svg]:size-4.5 [&>svg]:shrink-0 [&>svg]:text-soft [&>svg]:stroke-[1.75] " +
  "aria-[current=page]:bg-wash aria-[current=page]:font-medium";

/** The pages one may go to, one's chats, and oneself. */
export function Sidebar({ onGo }: { onGo?: () => void }) {
  const me = useMe();
  const seen = AREAS.flatMap((area) => area.nav)
    .filter((item) => may(me, ...item.needs))
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
          <Search aria-hidden />
          <span className="flex-1">{t("search")}</span>
          <kbd aria-hidden className="hidden font-mono text-xs text-soft md:inline">
            {keyNames("Mod+K").join(" ")}
          </kbd>
        </button>
        <Rows items={of("work")} />
        <Part title={t("sectionAward")} items={of("award")} />
        <Part title={t("sectionRun")} items={of("run")} />
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

function Part({ title, items }: { title: string; items: readonly NavItem[] }) {
  if (items.length === 0) return null;
  return (
    <details className="mt-2" open>
      <summary className="min-h-9 cursor-pointer rounded px-2.5 py-1.5 text-sm text-soft select-none hover:text-ink">
        {title}
      </summary>
      <Rows items={items} />
    </details>
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

function Oneself() {
  const me = useMe();
  const theme = useTheme();
  const name = me.name ?? me.email ?? t("yourself");
  return (
    <div className="border-t p-2">
      <Menu
        align="start"
        side="top"
        className="w-61"
        trigger={
          <button type="button" className={`${ROW} w-full text-left`}>
            <UserRound aria-hidden />
            <span className="min-w-0 flex-1 truncate">{name}</span>
            <ChevronsUpDown aria-hidden />
          </button>
        }
      >
        <MenuLabel>{me.email ?? name}</MenuLabel>
        <MenuItem icon={<UserRound aria-hidden />} onSelect={() => window.location.assign("/account")}>
          {t("account")}
        </MenuItem>
        <MenuLine />
        <MenuLabel>{t("theme")}</MenuLabel>
        <MenuChoice<Theme>
          value={theme}
          onChange={setTheme}
          options={[
            { value: "system", label: t("themeSystem"), icon: <Monitor aria-hidden /> },
            { value: "light", label: t("themeLight"), icon: <Sun aria-hidden /> },
            { value: "dark", label: t("themeDark"), icon: <Moon aria-hidden /> },
          ]}
        />
        <MenuLine />
        <MenuItem icon={<Keyboard aria-hidden />} onSelect={() => summon("sheet")}>
          {t("shortcuts")}
        </MenuItem>
        <MenuItem icon={<LogOut aria-hidden />} onSelect={signOut}>
          {t("signOut")}
        </MenuItem>
      </Menu>
    </div>
  );
}
