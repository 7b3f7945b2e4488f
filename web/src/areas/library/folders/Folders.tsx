import { Link, useNavigate } from "@tanstack/react-router";
import { FolderOpen } from "lucide-react";
import { useState } from "react";
import { api } from "@/api/client";
import { useAct } from "@/api/pages";
import { Button, Dialog, Empty, ErrorNote, Field, Input, Page, Skeleton, When } from "@/ui";
import { t } from "@/words/library";
import { FOLDERS, type Folder, useFolders } from "../lists";

export function Folders() {
  const [making, setMaking] = useState(false);
  const found = useFolders();
  const make = (
    <Button look="main" onClick={() => setMaking(true)}>
      {t("folderNew")}
    </Button>
  );
  return (
    <Page title={t("folders")} about={t("foldersAbout")} actions={found.data?.length ? make : undefined}>
      {found.error && <ErrorNote error={found.error} again={() => void found.refetch()} />}
      {found.isPending && <Waiting />}
      {found.data?.length === 0 && (
        <Empty icon={<FolderOpen aria-hidden />} title={t("foldersNone")} action={make}>
          {t("foldersNoneWhy")} {t("foldersYours")}
        </Empty>
      )}
      {found.data && found.data.length > 0 && (
        <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
          {found.data.map((one) => (
            <FolderCard key={one.id} folder={one} />
          ))}
        </ul>
      )}
      <NewFolder open={making} onClose={() => setMaking(false)} />
    </Page>
  );
}

function FolderCard({ folder }: { folder: Folder }) {
  return (
    <li className="relative min-w-0 rounded border bg-raised px-4 py-3.5 focus-within:border-field hover:border-field">
      <h2 className="truncate text-[1.0625rem]">
        <Link
          to="/folders/$id"
          params={{ id: folder.id }}
          className="text-ink no-underline after:absolute after:inset-0 after:rounded"
        >
          {folder.name}
        </Link>
      </h2>
      <p className="mt-1 line-clamp-2 min-h-11 text-sm wrap-anywhere text-soft">{folder.instructions}</p>
      <p className="figures mt-2 text-sm text-soft">
        {folder.chats === 0 ? t("folderChatsNo") : t("folderChats", { count: folder.chats })} ·{" "}
        <When at={folder.updated_at} />
      </p>
    </li>
  );
}

function Waiting() {
  return (
    <div aria-busy className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
      {[0, 1, 2].map((one) => (
        <Skeleton key={one} className="h-32" />
      ))}
    </div>
  );
}

/** Makes a folder, and goes there. */
function NewFolder({ open, onClose }: { open: boolean; onClose(): void }) {
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const make = useAct(() => api.post("/v1/tokenry/folders", { body: { name: name.trim() } }), {
    stale: [FOLDERS],
    shows: true,
    said: (made) => t("folderMade", { name: made.name }),
  });
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t("folderNew")}
      about={t("foldersAbout")}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="main" type="submit" form="new-folder" busy={make.isPending}>
            {t("folderNew")}
          </Button>
        </>
      }
    >
      <form
        id="new-folder"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate(undefined, {
            onSuccess: (made) => void navigate({ to: "/folders/$id", params: { id: made.id } }),
          });
        }}
      >
        <Field label={t("name")}>
          <Input required maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        {make.error && <ErrorNote error={make.error} />}
      </form>
    </Dialog>
  );
}
