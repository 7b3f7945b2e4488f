import { CircleAlert, CircleCheck, TriangleAlert } from "lucide-react";
import { Card, cx } from "@/ui";
import { t } from "@/words/admin-health";
import type { Finding, Health } from "./data";

const SIGNS = { ok: CircleCheck, note: CircleAlert, wrong: TriangleAlert } as const;
const LOOKS = { ok: "text-good", note: "text-soft", wrong: "text-bad" } as const;

/** What is not well first, each with how to mend it; what is well is told in short. */
export function Findings({ told }: { told: Health }) {
  const open = told.findings.filter((one) => one.state !== "ok");
  const well = told.findings.filter((one) => one.state === "ok");
  const Sign = SIGNS[told.state];
  return (
    <Card>
      <div role="status" className="flex items-center gap-3">
        <Sign aria-hidden className={cx("size-7 shrink-0", LOOKS[told.state])} />
        <div className="min-w-0">
          <p className="text-lg font-medium">{t(`state.${told.state}`)}</p>
          <p className="text-sm text-soft">{t("looked", { version: told.version, python: told.python })}</p>
        </div>
      </div>
      {open.length > 0 && (
        <ul className="mt-4 flex flex-col gap-3 border-t pt-4">
          {open.map((one) => (
            <Found key={`${one.area} ${one.what}`} one={one} />
          ))}
        </ul>
      )}
      {well.length > 0 && (
        <details className="mt-4 border-t pt-3">
          <summary className="cursor-pointer text-sm text-soft">{t("wellToo", { count: well.length })}</summary>
          <ul className="mt-3 flex flex-col gap-2">
            {well.map((one) => (
              <Found key={`${one.area} ${one.what}`} one={one} />
            ))}
          </ul>
        </details>
      )}
    </Card>
  );
}

function Found({ one }: { one: Finding }) {
  const Sign = SIGNS[one.state];
  return (
    <li className="flex gap-3">
      <Sign aria-hidden className={cx("mt-1 size-4.5 shrink-0", LOOKS[one.state])} />
      <div className="min-w-0">
        <p className="wrap-anywhere">
          <span className="sr-only">{t(`short.${one.state}`)}: </span>
          {one.what}
        </p>
        {one.how && (
          <p className="text-sm text-soft wrap-anywhere">
            {t("mend")} {one.how}
          </p>
        )}
      </div>
    </li>
  );
}
