import { Link } from "@tanstack/react-router";
import { CopyPlus, Ellipsis, Pencil, SquarePen, Trash2 } from "lucide-react";
import { useState } from "react";
import { api } from "@/api/client";
import { useAct } from "@/api/pages";
import { Badge, Confirm, IconButton, Menu, MenuItem, MenuLink } from "@/ui";
import { t } from "@/words/library";
import { PROMPTS, type Prompt } from "../lists";

export function PromptRow({ prompt, onEdit }: { prompt: Prompt; onEdit(): void }) {
  return (
    <li className="flex items-start gap-3 border-t px-4 py-3 first:border-t-0 sm:px-5">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <Link
            to="/"
            search={{ prompt: prompt.id }}
            title={t("promptUse")}
            className="font-medium wrap-anywhere text-ink no-underline hover:underline"
          >
            {prompt.title}
          </Link>
          <code className="text-sm text-soft">/{prompt.name}</code>
          {prompt.mine && prompt.shared && <Badge tone="act">{t("promptIsShared")}</Badge>}
          {!prompt.mine && prompt.by && <span className="text-sm text-soft">{t("promptBy", { name: prompt.by })}</span>}
        </p>
        <p className="mt-0.5 line-clamp-2 text-sm wrap-anywhere text-soft">{prompt.text}</p>
      </div>
      <Actions prompt={prompt} onEdit={onEdit} />
    </li>
  );
}

function Actions({ prompt, onEdit }: { prompt: Prompt; onEdit(): void }) {
  const [asked, setAsked] = useState(false);
  const copy = useAct(
    () => {
      const name = `${prompt.name.slice(0, 35)}-copy`;
      return api.post("/v1/tokenry/prompts", { body: { name, title: prompt.title, text: prompt.text } });
    },
    { stale: [PROMPTS], said: (made) => t("promptCopied", { name: made.name }) },
  );
  const remove = useAct(() => api.delete("/v1/tokenry/prompts/{prompt_id}", { path: { prompt_id: prompt.id } }), {
    stale: [PROMPTS],
    shows: true,
    said: () => t("promptDeleted", { name: prompt.name }),
  });
  return (
    <>
      <Menu
        trigger={
          <IconButton label={t("actions", { name: prompt.title })} tip={false}>
            <Ellipsis aria-hidden />
          </IconButton>
        }
      >
        <MenuLink>
          <Link to="/" search={{ prompt: prompt.id }}>
            <SquarePen aria-hidden />
            {t("promptUse")}
          </Link>
        </MenuLink>
        {prompt.mine ? (
          <MenuItem icon={<Pencil aria-hidden />} onSelect={onEdit}>
            {t("edit")}
          </MenuItem>
        ) : (
          <MenuItem icon={<CopyPlus aria-hidden />} onSelect={() => copy.mutate()}>
            {t("promptCopy")}
          </MenuItem>
        )}
        {prompt.mine && (
          <MenuItem bad icon={<Trash2 aria-hidden />} onSelect={() => setAsked(true)}>
            {t("promptDelete")}
          </MenuItem>
        )}
      </Menu>
      <Confirm
        open={asked}
        onClose={() => setAsked(false)}
        title={t("promptDeleteAsk", { name: prompt.name })}
        verb={t("promptDelete")}
        act={() => remove.mutateAsync()}
      >
        {t("promptDeleteWhy")} {prompt.shared && t("promptDeleteShared")}
      </Confirm>
    </>
  );
}
