import { Link } from "@tanstack/react-router";
import { CopyPlus, Ellipsis, type LucideIcon, Pencil, SquarePen, Trash2 } from "lucide-react";
import { useState } from "react";
import { Badge, buttonClass, Confirm, IconButton, Menu, MenuItem, MenuLink } from "@/ui";
import { t } from "@/words/assistants";
import { useCopy, useRemove } from "./acts";
import type { Assistant } from "./lists";

/** One assistant in the catalogue: what it is for, and how to begin. */
export function AssistantCard({ assistant, icon: Icon }: { assistant: Assistant; icon: LucideIcon }) {
  const [asked, setAsked] = useState(false);
  const copy = useCopy();
  const remove = useRemove();
  return (
    <li className="flex min-w-0 flex-col rounded border bg-raised p-4 sm:p-5">
      <div className="flex items-start gap-3">
        <Icon aria-hidden className="mt-0.5 size-5 shrink-0 text-soft" />
        <h3 className="min-w-0 flex-1 text-base wrap-anywhere">
          {assistant.mine ? (
            <Link to="/assistants/$id" params={{ id: assistant.id }} className="text-ink no-underline hover:underline">
              {assistant.name}
            </Link>
          ) : (
            assistant.name
          )}
        </h3>
        {assistant.mine && assistant.shared && <Badge tone="act">{t("isShared")}</Badge>}
        <Menu
          trigger={
            <IconButton label={t("actions", { name: assistant.name })} tip={false}>
              <Ellipsis aria-hidden />
            </IconButton>
          }
        >
          {assistant.mine && (
            <MenuLink>
              <Link to="/assistants/$id" params={{ id: assistant.id }}>
                <Pencil aria-hidden />
                {t("edit")}
              </Link>
            </MenuLink>
          )}
          <MenuItem icon={<CopyPlus aria-hidden />} onSelect={() => copy.mutate(assistant)}>
            {t("copy")}
          </MenuItem>
          {assistant.mine && (
            <MenuItem bad icon={<Trash2 aria-hidden />} onSelect={() => setAsked(true)}>
              {t("remove")}
            </MenuItem>
          )}
        </Menu>
      </div>
      <p className="mt-2 line-clamp-4 flex-1 text-[0.9375rem] wrap-anywhere text-soft">
        {assistant.description ?? assistant.instructions ?? t(`${assistant.kind}Why`)}
      </p>
      <div className="mt-4 flex flex-wrap items-center gap-x-3 gap-y-2">
        <Link
          to="/"
          search={{ assistant: assistant.id }}
          className={buttonClass("plain")}
          aria-label={t("startWith", { name: assistant.name })}
        >
          <SquarePen aria-hidden className="size-4" />
          {t("start")}
        </Link>
        {assistant.language && <Badge>{assistant.language}</Badge>}
        {!assistant.mine && assistant.by && (
          <span className="text-sm text-soft">{t("by", { name: assistant.by })}</span>
        )}
      </div>
      <Confirm
        open={asked}
        onClose={() => setAsked(false)}
        title={t("removeAsk", { name: assistant.name })}
        verb={t("remove")}
        act={() => remove.mutateAsync(assistant)}
      >
        {t("removeWhy")} {assistant.shared && t("removeShared")}
      </Confirm>
    </li>
  );
}
