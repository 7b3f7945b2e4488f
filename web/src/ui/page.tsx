import { type ReactNode, useEffect, useRef } from "react";
import { t } from "@/words/shell";
import { hasMoved } from "./arrival";
import { cx } from "./cx";

/** The window's title, as long as the page is shown. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · ${t("product")}` : t("product");
  }, [title]);
}

export interface PageProps {
  title: string;
  /** One or two sentences: what this page is for. */
  about?: ReactNode;
  actions?: ReactNode;
  /** For reading: narrower. */
  narrow?: boolean;
  children: ReactNode;
}

/** A page with its heading. Its heading gets the focus when one comes to it, so that it is read aloud. */
export function Page({ title, about, actions, narrow, children }: PageProps) {
  useTitle(title);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // What had the focus is gone: one came here, or what was waited for has come in its place.
    if (hasMoved() && document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div className={cx("mx-auto w-full px-4 pt-5 pb-16 sm:px-8 sm:pt-8", narrow ? "max-w-3xl" : "max-w-6xl")}>
      <header className="mb-6 flex flex-wrap items-start gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-72">
          <h1 ref={heading} tabIndex={-1} className="text-2xl wrap-anywhere outline-none">
            {title}
          </h1>
          {about && <p className="mt-1.5 max-w-2xl text-soft text-pretty">{about}</p>}
        </div>
        {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
      </header>
      <div className="flex flex-col gap-6">{children}</div>
    </div>
  );
}
