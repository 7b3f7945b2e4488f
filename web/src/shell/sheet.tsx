import { AREAS, ChatList } from "@/areas";
import { Dialog } from "@/ui/dialog";
import { t } from "@/words/shell";
import type { Shortcut } from "./area";
import { keyNames } from "./keys";

const EVERYWHERE: readonly Shortcut[] = [
  { keys: "Mod+K", does: t("shortcutPalette") },
  ...(ChatList ? [{ keys: "Mod+Shift+O", does: t("shortcutNew") }] : []),
  { keys: "?", does: t("shortcutSheet") },
  { keys: "Esc", does: t("shortcutLeave") },
];

/** All keys that do something, in one place. */
export default function Sheet({ open, onClose }: { open: boolean; onClose(): void }) {
  return (
    <Dialog open={open} onClose={onClose} title={t("shortcuts")}>
      <dl className="divide-y">
        {[...EVERYWHERE, ...AREAS.flatMap((area) => area.shortcuts ?? [])].map((one) => (
          <div key={`${one.keys} ${one.does}`} className="flex items-baseline justify-between gap-6 py-2">
            <dt>{one.does}</dt>
            <dd className="flex shrink-0 flex-wrap justify-end gap-x-3">
              {one.keys.split(" ").map((keys) => (
                <span key={keys} className="flex gap-1">
                  {keyNames(keys).map((name) => (
                    <kbd key={name} className="rounded-sm border bg-code px-1.5 font-mono text-sm">
                      {name}
                    </kbd>
                  ))}
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
