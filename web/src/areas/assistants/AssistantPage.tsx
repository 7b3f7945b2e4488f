import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { CopyPlus, SquarePen, Trash2 } from "lucide-react";
import { useState } from "react";
import { AssistantFiles } from "@/areas/files/PlaceFiles";
import { Badge, Button, buttonClass, Card, Confirm, ErrorNote, IconButton, Page, Skeleton } from "@/ui";
import { t } from "@/words/assistants";
import { AssistantForm } from "./AssistantForm";
import { useCopy, useRemove } from "./acts";
import { type Assistant, assistantQuery } from "./lists";

/** One assistant: changed by whoever made it, looked at by others. */
export function AssistantPage() {
  const { id } = useParams({ from: "/assistants/$id" });
  const found = useQuery(assistantQuery(id));
  const one = found.data;
  return (
    <Page narrow title={one?.name ?? t("title")} about={one?.description} actions={one && <Actions assistant={one} />}>
      {found.error && <ErrorNote error={found.error} again={() => void found.refetch()} />}
      {found.isPending && <Skeleton className="h-64" />}
      {one?.mine && (
        <>
          <AssistantForm key={one.id} assistant={one} />
          {one.kind === "call_notes" && <p className="text-soft">{t("callHint")}</p>}
          {one.kind === "chat" && (
            <AssistantFiles assistantId={one.id} about={one.shared ? t("filesShared") : t("files")} />
          )}
        </>
      )}
      {one && !one.mine && <Shown assistant={one} />}
    </Page>
  );
}

function Actions({ assistant }: { assistant: Assistant }) {
  const navigate = useNavigate();
  const [asked, setAsked] = useState(false);
  const copy = useCopy();
  const remove = useRemove();
  return (
    <>
      <Link to="/" search={{ assistant: assistant.id }} className={buttonClass("main")}>
        <SquarePen aria-hidden className="size-4" />
        {t("start")}
      </Link>
      {assistant.mine ? (
        <IconButton label={t("remove")} look="plain" onClick={() => setAsked(true)}>
          <Trash2 aria-hidden />
        </IconButton>
      ) : (
        <Button icon={<CopyPlus aria-hidden />} busy={copy.isPending} onClick={() => copy.mutate(assistant)}>
          {t("copy")}
        </Button>
      )}
      <Confirm
        open={asked}
        onClose={() => setAsked(false)}
        title={t("removeAsk", { name: assistant.name })}
        verb={t("remove")}
        act={async () => {
          await remove.mutateAsync(assistant);
          await navigate({ to: "/assistants" });
        }}
      >
        {t("removeWhy")} {assistant.shared && t("removeShared")}
      </Confirm>
    </>
  );
}

function Shown({ assistant }: { assistant: Assistant }) {
  return (
    <Card title={t(assistant.kind)} about={t(`${assistant.kind}Why`)}>
      <p className="mb-3 flex flex-wrap items-center gap-2">
        {assistant.by && <span className="text-soft">{t("by", { name: assistant.by })}</span>}
        {assistant.language && <Badge>{assistant.language}</Badge>}
        {assistant.glossary.length > 0 && <Badge>{t("glossaryCount", { count: assistant.glossary.length })}</Badge>}
      </p>
      {assistant.instructions && <p className="whitespace-pre-wrap wrap-anywhere">{assistant.instructions}</p>}
      {!assistant.shipped && <p className="mt-3 text-sm text-soft">{t("notYours")}</p>}
    </Card>
  );
}
