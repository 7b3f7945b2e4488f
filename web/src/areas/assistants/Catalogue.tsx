import { useQuery } from "@tanstack/react-query";
import { Bot, Languages, type LucideIcon, MicVocal } from "lucide-react";
import { useState } from "react";
import { Button, ErrorNote, Page, Skeleton } from "@/ui";
import { t } from "@/words/assistants";
import { AssistantCard } from "./AssistantCard";
import { type Assistant, assistantsQuery, type Kind } from "./lists";
import { NewDialog } from "./NewDialog";

export const ICONS: Record<Kind, LucideIcon> = { chat: Bot, translation: Languages, call_notes: MicVocal };

/** Everything one may begin a chat with: one's own, what others share, what is brought along. */
export function Catalogue() {
  const found = useQuery(assistantsQuery);
  const [making, setMaking] = useState(false);
  const all = found.data ?? [];
  const mine = all.filter((one) => one.mine);
  return (
    <Page
      title={t("title")}
      about={t("about")}
      actions={
        <Button look="main" onClick={() => setMaking(true)}>
          {t("new")}
        </Button>
      }
    >
      {found.error && <ErrorNote error={found.error} again={() => void found.refetch()} />}
      {found.isPending && <Skeleton className="h-48" />}
      {found.data && mine.length === 0 && <p className="text-soft">{t("none")}</p>}
      <Part title={t("mine")} assistants={mine} />
      <Part title={t("others")} assistants={all.filter((one) => !one.mine && !one.shipped)} />
      <Part title={t("shipped")} assistants={all.filter((one) => one.shipped)} />
      {making && <NewDialog onClose={() => setMaking(false)} />}
    </Page>
  );
}

function Part({ title, assistants }: { title: string; assistants: readonly Assistant[] }) {
  if (assistants.length === 0) return null;
  return (
    <section>
      <h2 className="mb-3 text-[1.0625rem]">{title}</h2>
      <ul className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
        {assistants.map((one) => (
          <AssistantCard key={one.id} assistant={one} icon={ICONS[one.kind]} />
        ))}
      </ul>
    </section>
  );
}
