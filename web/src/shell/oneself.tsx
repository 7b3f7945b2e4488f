import { ChevronsUpDown, Keyboard, LogOut, Monitor, Moon, Sun, UserRound } from "lucide-react";
import { useMe } from "@/api/hooks";
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuLine } from "@/ui/menu";
import { t } from "@/words/shell";
import { signOut } from "./leave";
import { ROW } from "./row";
import { summon } from "./summoned";
import { setTheme, type Theme, useTheme } from "./theme";

/** Who is signed in, and what is theirs to set. */
export function Oneself() {
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
          label={t("theme")}
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
