import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { type KeyboardEvent, useDeferredValue, useEffect, useRef, useState } from "react";
import { useMe } from "@/api/hooks";
import { AREAS } from "@/areas";
import { cx } from "@/ui/cx";
import { Modal } from "@/ui/modal";
import { Spinner } from "@/ui/spinner";
import { t } from "@/words/shell";
import type { Found } from "./area";
import { ranked } from "./ranking";
import { enters } from "./rooms";

const FOUND_MAX = 8; // of each area

/** Everything that areas know by what is typed. One that fails hides nothing of the others. */
async function findings(text: string, signal: AbortSignal): Promise<Found[]> {
  const asked = AREAS.map((area) => area.finds?.(text, signal) ?? []);
  const answers = await Promise.allSettled(asked);
  return answers.flatMap((one) => (one.status === "fulfilled" ? one.value.slice(0, FOUND_MAX) : []));
}

/** A list to go anywhere from by typing a little of its name. */
export default function Palette({ open, onClose }: { open: boolean; onClose(): void }) {
  if (!open) return null;
  return (
    <Modal
      onClose={onClose}
      label={t("palette")}
      className="fixed inset-x-0 top-[8dvh] bottom-auto mx-auto! max-h-[80dvh]! w-[min(36rem,94vw)] flex-col overflow-hidden rounded-lg animate-rise open:flex"
    >
      <Chooser onClose={onClose} />
    </Modal>
  );
}

function usePages(typed: string): Found[] {
  const me = useMe();
  const pages = AREAS.flatMap((area) => area.nav).filter((item) => enters(me, item));
  return ranked(pages, (page) => page.label, typed).map(({ to, label, icon }) => ({ id: to, label, to, icon }));
}

function Chooser({ onClose }: { onClose(): void }) {
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const router = useRouter();
  const list = useRef<HTMLDivElement>(null);
  const wanted = useDeferredValue(typed.trim());
  const pages = usePages(typed);
  const others = useQuery({
    queryKey: ["palette", wanted],
    queryFn: ({ signal }) => findings(wanted, signal),
    placeholderData: (before) => before,
  });
  const found = [...pages, ...(others.data ?? [])];
  const chosen = Math.min(at, found.length - 1);

  useEffect(() => {
    list.current?.querySelector(`#go-${chosen}`)?.scrollIntoView({ block: "nearest" });
  }, [chosen]);

  function go(one: Found | undefined) {
    if (!one) return;
    onClose();
    router.history.push(one.to);
  }

  function press(event: KeyboardEvent) {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step && found.length) setAt((chosen + step + found.length) % found.length);
    else if (event.key === "Enter" && !event.nativeEvent.isComposing) go(found[chosen]);
    else return;
    event.preventDefault();
  }

  return (
    <>
      <div className="flex items-center gap-3 border-b px-4">
        <Search aria-hidden className="size-4.5 shrink-0 text-soft" />
        <input
          role="combobox"
          aria-expanded="true"
          aria-controls="go-list"
          aria-autocomplete="list"
          aria-activedescendant={chosen >= 0 ? `go-${chosen}` : undefined}
          aria-label={t("palette")}
          placeholder={t("paletteHint")}
          className="h-13 min-w-0 flex-1 bg-transparent text-base outline-none"
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setAt(0);
          }}
          onKeyDown={press}
        />
        {others.isFetching && <Spinner className="text-soft" />}
      </div>
      <div ref={list} id="go-list" role="listbox" aria-label={t("palette")} className="min-h-0 overflow-y-auto p-1.5">
        {found.map((one, index) => (
          <Row key={one.id} one={one} id={`go-${index}`} chosen={index === chosen} onGo={() => go(one)} />
        ))}
      </div>
      <p role="status" className={found.length || others.isFetching ? "sr-only" : "px-4 pt-3 pb-5 text-soft"}>
        {found.length || others.isFetching ? "" : t("paletteNone")}
      </p>
    </>
  );
}

function Row({ one, id, chosen, onGo }: { one: Found; id: string; chosen: boolean; onGo(): void }) {
  const Icon = one.icon;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the field above, which names the chosen row
    <div
      role="option"
      id={id}
      aria-selected={chosen}
      tabIndex={-1}
      onClick={onGo}
      className={cx(
        "flex min-h-11 cursor-pointer items-center gap-3 rounded px-3 sm:min-h-9.5",
        chosen ? "bg-wash" : "hover:bg-code",
      )}
    >
      {Icon ? (
        <Icon aria-hidden className="size-4.5 shrink-0 stroke-[1.75] text-soft" />
      ) : (
        <span className="size-4.5 shrink-0" />
      )}
      <span className="min-w-0 flex-1 truncate">{one.label}</span>
      {one.about && <span className="max-w-1/2 truncate text-sm text-soft">{one.about}</span>}
    </div>
  );
}
