/** Everything that can be done with a whole chat. The same in the list on the left and at the chat's head. */
import { useNavigate, useParams } from "@tanstack/react-router";
import {
  Archive,
  ArchiveRestore,
  Download,
  Ellipsis,
  FolderInput,
  Pencil,
  Pin,
  PinOff,
  Share2,
  Trash2,
} from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { queries } from "@/api/hooks";
import { Confirm, IconButton, Menu, MenuItem, MenuLine, toast } from "@/ui";
import { t } from "@/words/chat";
import { type ChatChange, calls, chatQuery, keepChat, keys } from "../model/api";
import type { Chat } from "../model/types";

const MoveDialog = lazy(() =>
  import("@/areas/library/folders/MoveDialog").then((one) => ({ default: one.MoveDialog })),
);
const ShareDialog = lazy(() =>
  import("@/areas/library/share/ShareDialog").then((one) => ({ default: one.ShareDialog })),
);

type Props = { chat: Chat; onRename: () => void; className?: string };

export function ChatMenu({ chat, onRename, className }: Props) {
  const [asking, setAsking] = useState<"delete" | "move" | "share" | null>(null);
  const change = (body: ChatChange) =>
    calls.change(chat.id, body).then((now) => {
      keepChat(now);
      void queries.invalidateQueries({ queryKey: keys.chats });
    }, toast.failed);
  const title = chat.title || t("chat.untitled");
  return (
    <>
      <Menu
        trigger={
          <IconButton label={t("chat.menuOf", { title })} tip={false} className={className}>
            <Ellipsis aria-hidden />
          </IconButton>
        }
      >
        <MenuItem icon={<Pencil aria-hidden />} onSelect={onRename}>
          {t("chat.rename")}
        </MenuItem>
        <MenuItem
          icon={chat.pinned ? <PinOff aria-hidden /> : <Pin aria-hidden />}
          onSelect={() => void change({ pinned: !chat.pinned })}
        >
          {chat.pinned ? t("chat.unpin") : t("chat.pin")}
        </MenuItem>
        <MenuItem icon={<FolderInput aria-hidden />} onSelect={() => setAsking("move")}>
          {t("chat.move")}
        </MenuItem>
        <MenuItem
          icon={chat.archived ? <ArchiveRestore aria-hidden /> : <Archive aria-hidden />}
          onSelect={() => void change({ archived: !chat.archived })}
        >
          {chat.archived ? t("chat.unarchive") : t("chat.archive")}
        </MenuItem>
        <MenuLine />
        {!chat.temporary && (
          <MenuItem icon={<Share2 aria-hidden />} onSelect={() => setAsking("share")}>
            {t("chat.share")}
          </MenuItem>
        )}
        <MenuItem icon={<Download aria-hidden />} onSelect={() => download(chat.id, "markdown")}>
          {t("chat.exportMarkdown")}
        </MenuItem>
        <MenuItem icon={<Download aria-hidden />} onSelect={() => download(chat.id, "json")}>
          {t("chat.exportJson")}
        </MenuItem>
        <MenuLine />
        <MenuItem bad icon={<Trash2 aria-hidden />} onSelect={() => setAsking("delete")}>
          {t("chat.delete")}
        </MenuItem>
      </Menu>
      <DeleteChat chat={chat} open={asking === "delete"} onClose={() => setAsking(null)} />
      {asking === "move" && (
        <Suspense fallback={null}>
          <MoveDialog chatId={chat.id} folderId={chat.folder_id} open onClose={() => setAsking(null)} />
        </Suspense>
      )}
      {asking === "share" && (
        <Suspense fallback={null}>
          <ShareDialog chatId={chat.id} open onClose={() => setAsking(null)} />
        </Suspense>
      )}
    </>
  );
}

function DeleteChat({ chat, open, onClose }: { chat: Chat; open: boolean; onClose: () => void }) {
  const navigate = useNavigate();
  const here = useParams({ strict: false }).id === chat.id;
  async function remove() {
    await calls.remove(chat.id);
    if (here) await navigate({ to: "/" });
    queries.removeQueries({ queryKey: chatQuery(chat.id).queryKey });
    await queries.invalidateQueries({ queryKey: keys.chats });
    toast.done(t("chat.deleted"));
  }
  return (
    <Confirm
      open={open}
      onClose={onClose}
      title={t("chat.deleteAsk", { title: chat.title || t("chat.untitled") })}
      verb={t("chat.deleteVerb")}
      act={remove}
    >
      {t("chat.deleteWhy")}
    </Confirm>
  );
}

function download(chatId: string, format: "markdown" | "json"): void {
  const link = document.createElement("a");
  link.href = `/v1/tokenry/chats/${encodeURIComponent(chatId)}/export?format=${format}`;
  link.download = "";
  link.click();
}
