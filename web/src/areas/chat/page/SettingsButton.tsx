import { SlidersHorizontal } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { IconButton } from "@/ui";
import { t } from "@/words/chat";
import { changed } from "../compose/parameters";
import type { Setting } from "../compose/Settings";

const Settings = lazy(() => import("../compose/Settings"));

/** Opens how a chat's answers are made; says how much of it is not the model's own. */
export function SettingsButton({
  setting,
  onSave,
}: {
  setting: Setting;
  onSave: (setting: Setting) => Promise<unknown>;
}) {
  const [open, setOpen] = useState(false);
  const count = changed(setting.parameters, setting.system);
  const label = count ? `${t("compose.settings")}: ${t("settings.changed", { count })}` : t("compose.settings");
  return (
    <>
      <IconButton label={label} onClick={() => setOpen(true)} data-set={count > 0} className="data-[set=true]:text-act">
        <SlidersHorizontal aria-hidden />
      </IconButton>
      {open && (
        <Suspense fallback={null}>
          <Settings onClose={() => setOpen(false)} setting={setting} onSave={onSave} />
        </Suspense>
      )}
    </>
  );
}
