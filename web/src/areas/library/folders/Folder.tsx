import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Ellipsis, MessageSquare, Pencil, SquarePen, Trash2 } from "lucide-react";
import { useState } from "react";
import { api } from "@/api/client";
import { useAct } from "@/api/pages";
import { FolderFiles } from "@/areas/files/PlaceFiles";
import {
  Button,
  buttonClass,
  Card,
  Confirm,
  Empty,
  ErrorNote,
  IconButton,
  Menu,
  MenuItem,
  Page,
  Skeleton,
  toast,
  When,
} from "@/ui";
import { t } from "@/words/library";
import { FOLDERS, type Folder } from "../lists";
import { Instructions } from "./Instructions";
import { RenameDialog } from "./RenameDialog";

const PATH = "/v1/tokenry/folders/{folder_id}";

export function FolderPage() {
  const { id } = useParams({ from: "/folders/$id" });
  const found = useQuery({
    queryKey: [...FOLDERS, id],
    queryFn: ({ signal }) => api.get(PATH, { path: { folder_id: id }, signal }),
  });
  const folder = found.data;
  return (
    <Page title={folder?.name ?? t("folders")} actions={folder && <Actions folder={folder} />}>
      {found.error && <ErrorNote error={found.error} again={() => void found.refetch()} />}
      {found.isPending && <Skeleton className="h-40" />}
      {folder && (
        <>
          <Instructions key={folder.id} folder={folder} />
          <FolderFiles folderId={folder.id} />
          <Chats folder={folder} />
        </>
      )}
    </Page>
  );
}

function Actions({ folder }: { folder: Folder }) {
  const navigate = useNavigate();
  const [asked, setAsked] = useState<"rename" | "delete" | null>(null);
  const close = () => setAsked(null);
  const remove = useAct(() => api.delete(PATH, { path: { folder_id: folder.id } }), { stale: [], shows: true });
  return (
    <>
      <Link to="/" search={{ folder: folder.id }} className={buttonClass("main")}>
        <SquarePen aria-hidden className="size-4" />
        {t("folderChat")}
      </Link>
      <Menu
        trigger={
          <IconButton look="plain" label={t("actions", { name: folder.name })} tip={false}>
            <Ellipsis aria-hidden />
          </IconButton>
        }
      >
        <MenuItem icon={<Pencil aria-hidden />} onSelect={() => setAsked("rename")}>
          {t("folderRename")}
        </MenuItem>
        <MenuItem bad icon={<Trash2 aria-hidden />} onSelect={() => setAsked("delete")}>
          {t("folderDelete")}
        </MenuItem>
      </Menu>
      <RenameDialog folder={folder} open={asked === "rename"} onClose={close} />
      <Confirm
        open={asked === "delete"}
        onClose={close}
        title={t("folderDeleteAsk", { name: folder.name })}
        verb={t("folderDelete")}
        act={async () => {
          await remove.mutateAsync();
          toast.done(t("folderDeleted", { name: folder.name }));
          await navigate({ to: "/folders" });
        }}
      >
        {t("folderDeleteWhy")}
      </Confirm>
    </>
  );
}

function Chats({ folder }: { folder: Folder }) {
  const found = useInfiniteQuery({
    queryKey: ["chats", { folder: folder.id }],
    queryFn: ({ pageParam, signal }) =>
      api.get("/v1/tokenry/chats", { query: { folder_id: folder.id, after: pageParam, limit: 40 }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => (page.has_more ? (page.last_id ?? undefined) : undefined),
  });
  const chats = found.data?.pages.flatMap((page) => page.data);
  return (
    <Card title={t("folderChatsTitle")} flush>
      {found.error && <ErrorNote error={found.error} again={() => void found.refetch()} className="m-4" />}
      {found.isPending && <Skeleton className="m-4 h-20" />}
      {chats?.length === 0 && (
        <Empty icon={<MessageSquare aria-hidden />} title={t("folderChatsNone")}>
          {t("folderChatsNoneWhy")}
        </Empty>
      )}
      <ul>
        {chats?.map((chat) => (
          <li key={chat.id} className="border-t first:border-t-0">
            <Link
              to="/chat/$id"
              params={{ id: chat.id }}
              className="flex min-h-11 items-center justify-between gap-4 px-4 py-2 text-ink no-underline hover:bg-code sm:px-5 -outline-offset-2"
            >
              <span className="min-w-0 truncate">{chat.title || t("untitled")}</span>
              <span className="shrink-0 text-sm text-soft">
                <When at={chat.updated_at} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {found.hasNextPage && (
        <p className="border-t p-3 text-center">
          <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t("more")}
          </Button>
        </p>
      )}
    </Card>
  );
}
