// The shell around every page: the bar on the left (a drawer on phones), the banner, and the region that scrolls.
import { Outlet, useLocation, useRouter } from "@tanstack/react-router";
import { Menu as MenuSign } from "lucide-react";
import { Suspense, useEffect, useRef, useState } from "react";
import { useMe } from "@/api/hooks";
import { AREAS } from "@/areas";
import { noteMove } from "@/ui/arrival";
import { IconButton } from "@/ui/button";
import { Spinner } from "@/ui/spinner";
import { Toasts } from "@/ui/toast";
import { TooltipHouse } from "@/ui/tooltip";
import { t } from "@/words/shell";
import { Banner } from "./banner";
import { Drawer } from "./drawer";
import { NotYours } from "./lost";
import { enters, roomOf } from "./rooms";
import { Sidebar } from "./sidebar";
import { Summoned } from "./summoned";

const ROOMS = AREAS.flatMap((area) => area.nav);

export function Frame() {
  const [drawn, setDrawn] = useState(false);
  const main = useRef<HTMLElement>(null);
  useFocusOnNavigation(main);
  return (
    <TooltipHouse>
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded bg-act px-4 py-2 text-act-ink focus:translate-y-0"
      >
        {t("skip")}
      </a>
      <div className="flex h-dvh">
        <aside aria-label={t("sidebar")} className="hidden w-66 shrink-0 border-r bg-raised md:block">
          <Sidebar />
        </aside>
        <Drawer open={drawn} onClose={() => setDrawn(false)}>
          <Sidebar onGo={() => setDrawn(false)} />
        </Drawer>
        <div className="flex min-w-0 flex-1 flex-col">
          <header className="flex h-12 shrink-0 items-center gap-2 border-b bg-raised px-1.5 md:hidden">
            <IconButton label={t("menu")} aria-expanded={drawn} onClick={() => setDrawn(true)}>
              <MenuSign aria-hidden />
            </IconButton>
            <span className="font-semibold">{t("product")}</span>
            <div id="top-bar" className="ml-auto flex min-w-0 items-center gap-1" />
          </header>
          <DemoLabel />
          <Banner />
          <main ref={main} id="main" tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto outline-none">
            <Suspense fallback={<Waiting />}>
              <Room />
            </Suspense>
          </main>
        </div>
      </div>
      <Summoned />
      <Toasts />
    </TooltipHouse>
  );
}

/** The page, unless its room is not for whoever came. The server refuses them, too; this spares them the refusals. */
function Room() {
  const me = useMe();
  const room = useLocation({ select: ({ pathname }) => roomOf(pathname, ROOMS) });
  return room && !enters(me, room) ? <NotYours room={room.label} /> : <Outlet />;
}

function DemoLabel() {
  const { demo } = useMe();
  if (!demo) return null;
  return (
    <section aria-label={t("notice")} className="border-b bg-wash px-4 py-1 text-center text-sm">
      {t("demo")}
    </section>
  );
}

export function Waiting() {
  return (
    <div className="grid place-items-center p-16 text-soft">
      <Spinner label={t("loading")} className="size-6" />
    </div>
  );
}

/** After one goes to another page its heading has the focus, so that it is read aloud and Tab goes on from there. */
function useFocusOnNavigation(main: React.RefObject<HTMLElement | null>): void {
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe("onRendered", ({ fromLocation, toLocation }) => {
        if (!fromLocation || fromLocation.pathname === toLocation.pathname) return;
        noteMove();
        const here = document.activeElement;
        if (here instanceof HTMLElement && main.current?.contains(here)) return; // the page chose for itself
        const heading = main.current?.querySelector<HTMLElement>("h1[tabindex]");
        (heading ?? main.current)?.focus({ preventScroll: true });
        main.current?.scrollTo(0, 0);
      }),
    [router, main],
  );
}
