import { TriangleAlert } from "lucide-react";
import { ApiError, SomebodyElse, Unreachable } from "@/api/errors";
import { signInAddress } from "@/api/session";
import { t } from "@/words/shell";
import { Button } from "./button";
import { cx } from "./cx";

/** What went wrong, in the server's own words, with the id its operator can find it by. */
export function ErrorNote({ error, again, className }: { error: unknown; again?: () => void; className?: string }) {
  return (
    <div role="alert" className={cx("flex gap-3 rounded bg-bad-ground px-4 py-3 text-bad", className)}>
      <TriangleAlert aria-hidden className="mt-0.5 size-5 shrink-0" />
      <div className="min-w-0 flex-1">
        <p className="wrap-anywhere">{wordsOf(error)}</p>
        {isSignedOut(error) && (
          <a className="link text-bad" href={signInAddress()} target="_blank" rel="noreferrer">
            {t("signIn")}
          </a>
        )}
        {error instanceof ApiError && error.requestId && (
          <p className="mt-1 text-xs wrap-anywhere">
            {t("requestId")} <code className="font-mono">{error.requestId}</code>
          </p>
        )}
      </div>
      {again && (
        <Button size="small" look="bad" onClick={again}>
          {t("tryAgain")}
        </Button>
      )}
    </div>
  );
}

/** The session opens nothing any more: one signs in elsewhere and repeats here what one was about to do. */
function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}

/** An error in words that a person can use. */
export function wordsOf(error: unknown): string {
  if (isSignedOut(error)) return t("ended");
  if (error instanceof ApiError) return error.message;
  if (error instanceof SomebodyElse) return t("other");
  if (error instanceof Unreachable) return t("unreachable");
  return t("wentWrong");
}
