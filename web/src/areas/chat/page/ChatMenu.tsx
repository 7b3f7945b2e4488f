/** Everything that can be done with a whole chat. The same in the list on the left and at the chat's head. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Archive, ArchiveRestore, Download, Ellipsis, FolderInput, Pencil, Pin, PinOff, Trash2 } from "lucide-react";
import { useState } from "react";
import { api } from "@/api/client";
import { queries } from "@/api/hooks";
import { Button, Confirm, Dialog, IconButton, Menu, MenuItem, MenuLine, toast } from "@/ui";
import { t } from "@/words/chat";
import { type ChatChange, calls, chatQuery, keepChat, keys } from "../model/api";
import type { Chat } from "../model/types";

type Props = { chat: Chat; onRename: () => void; className?: string };

export function ChatMenu({ chat, onRename, className }: Props) {
  const [asking, setAsking] = useState<"delete" | "move" | null>(null);
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
      <Dialog open={asking === "move"} onClose={() => setAsking(null)} title={t("chat.move")}>
        <Folders
          chosen={chat.folder_id}
          onChoose={(folder_id) => {
            setAsking(null);
            void change({ folder_id });
          }}
        />
      </Dialog>
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

function Folders({ chosen, onChoose }: { chosen: string | null; onChoose: (id: string | null) => void }) {
  const { data } = useQuery({
    queryKey: ["folders"],
    queryFn: ({ signal }) => api.get("/v1/tokenry/folders", { query: { limit: 100 }, signal }),
  });
  const all = [{ id: null, name: t("chat.noFolder") }, ...(data?.data ?? [])];
  return (
    <div className="flex flex-col gap-1">
      {all.map((folder) => (
        <Button
          key={folder.id}
          look="quiet"
          className="justify-start"
          aria-pressed={folder.id === chosen}
          onClick={() => onChoose(folder.id)}
        >
          {folder.name}
        </Button>
      ))}
    </div>
  );
}

function download(chatId: string, format: "markdown" | "json"): void {
  const link = document.createElement("a");
  link.href = `/v1/tokenry/chats/${encodeURIComponent(chatId)}/export?format=${format}`;
  link.download = "";
  link.click();
}
