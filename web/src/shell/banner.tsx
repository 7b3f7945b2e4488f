import { useEffect, useSyncExternalStore } from "react";
import { useSession } from "@/api/hooks";
import { lookAgain, signInAddress } from "@/api/session";
import { t } from "@/words/shell";

function watchOnline(watcher: () => void): () => void {
  window.addEventListener("online", watcher);
  window.addEventListener("offline", watcher);
  return () => {
    window.removeEventListener("online", watcher);
    window.removeEventListener("offline", watcher);
  };
}

/** What keeps everything from working: no network, or a session that ended. Nothing typed is lost meanwhile. */
export function Banner() {
  const session = useSession();
  const online = useSyncExternalStore(watchOnline, () => navigator.onLine);
  const ended = session.kind === "ended";
  useEffect(() => {
    if (!ended) return;
    const look = () => void (document.visibilityState === "visible" && lookAgain());
    window.addEventListener("focus", look);
    document.addEventListener("visibilitychange", look);
    return () => {
      window.removeEventListener("focus", look);
      document.removeEventListener("visibilitychange", look);
    };
  }, [ended]);
  if (session.kind === "other") {
    return (
      <Line words={t("other")}>
        <button type="button" className="link" onClick={() => window.location.reload()}>
          {t("reload")}
        </button>
      </Line>
    );
  }
  if (ended) {
    return (
      <Line words={t("ended")}>
        <a className="link" href={signInAddress()} target="_blank" rel="noreferrer">
          {t("signIn")}
        </a>
      </Line>
    );
  }
  return online ? null : <Line words={t("offline")} />;
}

function Line({ words, children }: { words: string; children?: React.ReactNode }) {
  return (
    <div
      role="alert"
      className="flex flex-wrap items-baseline gap-x-4 border-b bg-bad-ground px-4 py-2 text-bad text-[0.9375rem] [&_.link]:text-bad"
    >
      <p>{words}</p>
      {children}
    </div>
  );
}
