/** The files of a folder or an assistant: added, looked at, saved, taken away. */
import { useQuery } from "@tanstack/react-query";
import { Download, FileText, Trash2 } from "lucide-react";
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { Badge, Card, Confirm, Empty, ErrorNote, IconButton, Skeleton, toast, When } from "@/ui";
import { t } from "@/words/files-kept";
import { type Attachments, holdsBack, readyIds, Tray } from "./attachments";
import { Chips } from "./Chips";
import { DropZone } from "./DropZone";
import {
  contentAddress,
  filesChanged,
  filesQuery,
  removeFile,
  roomQuery,
  type Where,
  type WorkspaceFile,
} from "./list";
import { senderTo } from "./sending";
import { sizeWords } from "./size";
import { sizeMax } from "./useAttachments";

const AT_ONCE_MAX = 200;

type Props = { where: Where; title?: string; about?: string };

export function PlaceFiles({ where, title = t("folderTitle"), about = t("folderAbout") }: Props) {
  const files = useQuery(filesQuery(where));
  const room = useQuery(roomQuery()).data;
  const arriving = useArriving(where);
  const rows = files.data ?? [];
  return (
    <Card
      title={title}
      about={about}
      actions={room && <p className="text-sm text-soft">{roomWords(room.size, room.size_max)}</p>}
    >
      <DropZone label={t("drop")} button={t("add")} onFiles={arriving.add}>
        {(arriving.all.length > 0 || arriving.left > 0) && (
          <div className="pb-3">
            <Chips
              attachments={arriving}
              most={AT_ONCE_MAX}
              leftOut={t("leftOutHere", { count: arriving.left, most: AT_ONCE_MAX })}
            />
          </div>
        )}
      </DropZone>
      {files.error && <ErrorNote error={files.error} again={() => void files.refetch()} className="mt-4" />}
      {files.isPending && <Skeleton className="mt-4 h-20" />}
      {files.data && rows.length === 0 && arriving.all.length === 0 && (
        <Empty icon={<FileText aria-hidden />} title={t("none")}>
          {t("noneWhy")}
        </Empty>
      )}
      {rows.length > 0 && (
        <ul className="mt-4 divide-y divide-line rounded border">
          {rows.map((file) => (
            <Row key={file.id} file={file} />
          ))}
        </ul>
      )}
    </Card>
  );
}

export function FolderFiles({ folderId }: { folderId: string }) {
  const where = useMemo(() => ({ folder_id: folderId }), [folderId]);
  return <PlaceFiles where={where} />;
}

export function AssistantFiles({ assistantId, about }: { assistantId: string; about?: string }) {
  const where = useMemo(() => ({ assistant_id: assistantId }), [assistantId]);
  return <PlaceFiles where={where} {...(about && { about })} />;
}

function Row({ file }: { file: WorkspaceFile }) {
  const [asking, setAsking] = useState(false);
  return (
    <li className="flex items-start gap-3 px-4 py-2.5">
      <FileText aria-hidden className="mt-1 size-4 shrink-0 text-soft" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="min-w-0 wrap-anywhere">{file.name}</span>
          {file.state === "reading" && <Badge tone="act">{t("stateReading")}</Badge>}
          {file.state === "failed" && <Badge tone="bad">{t("stateFailed")}</Badge>}
        </p>
        <p className="text-sm text-soft">
          {[sizeWords(file.size), kindWords(file)].filter(Boolean).join(" · ")} · <When at={file.created_at} />
        </p>
        {file.error && <p className="mt-1 text-sm wrap-anywhere text-bad first-letter:uppercase">{file.error}</p>}
        {file.note && <p className="mt-1 text-sm wrap-anywhere text-soft first-letter:uppercase">{file.note}</p>}
      </div>
      <a
        href={contentAddress(file.id)}
        download={file.name}
        aria-label={t("save", { name: file.name })}
        title={t("save", { name: file.name })}
        className="grid size-11 shrink-0 place-items-center rounded text-ink hover:bg-code sm:size-9"
      >
        <Download aria-hidden className="size-4.5" />
      </a>
      <IconButton label={t("removeOne", { name: file.name })} onClick={() => setAsking(true)}>
        <Trash2 aria-hidden />
      </IconButton>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={t("removeAsk", { name: file.name })}
        verb={t("remover")}
        act={async () => {
          await removeFile(file.id);
          filesChanged();
          toast.done(t("removed", { name: file.name }));
        }}
      >
        {t("removeWhy")}
      </Confirm>
    </li>
  );
}

/** Files on their way into the place: once one is there the list shows it, and its chip goes. */
function useArriving(where: Where): Attachments {
  const place = useRef(where);
  place.current = where;
  const [tray] = useState(
    () =>
      new Tray(
        senderTo(() => place.current, sizeMax),
        AT_ONCE_MAX,
      ),
  );
  useEffect(() => tray.close, [tray]);
  const { all, left } = useSyncExternalStore(tray.watch, tray.current);
  const arrived = all.filter((one) => one.fileId !== undefined).length;
  useEffect(() => {
    if (arrived === 0) return;
    tray.settle();
    filesChanged();
  }, [arrived, tray]);
  return useMemo(() => {
    const { add, remove, retry, clear, restore } = tray;
    return { all, left, add, remove, retry, clear, restore, sending: holdsBack(all), ready: readyIds(all) };
  }, [all, left, tray]);
}

function kindWords(file: WorkspaceFile): string {
  if (file.pages) return t("pages", { count: file.pages });
  const kind = KINDS.find((one) => one === file.kind);
  return kind ? t(kind) : "";
}

const KINDS = ["text", "markdown", "code", "json", "csv", "html", "pdf", "docx", "image", "audio"] as const;

function roomWords(used: number, most: number): string {
  return most > 0 ? t("room", { used: sizeWords(used), most: sizeWords(most) }) : sizeWords(used);
}
