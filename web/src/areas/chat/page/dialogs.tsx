/** The dialogs of a chat; each is loaded when it is first opened. */
import { lazy, Suspense } from "react";
import type { Message, Source } from "../model/types";

const ReceiptDialog = lazy(() => import("../receipts/ReceiptDialog"));
const AskForMore = lazy(() => import("../money/AskForMore"));
const PassagePanel = lazy(() => import("@/areas/files/PassagePanel").then((one) => ({ default: one.PassagePanel })));

/** Which dialog is open; a source among all sources of its answer. */
export type Opened =
  | { kind: "receipt"; of: Message }
  | { kind: "source"; of: Source; all: readonly Source[] }
  | { kind: "ask" }
  | null;

type Props = { opened: Opened; onOpen: (opened: Opened) => void; projectId: string | null; model: string | null };

export function Dialogs({ opened, onOpen, projectId, model }: Props) {
  if (!opened) return null;
  const close = () => onOpen(null);
  return (
    <Suspense fallback={null}>
      {opened.kind === "receipt" && <ReceiptDialog message={opened.of} onClose={close} />}
      {opened.kind === "source" && (
        <PassagePanel
          source={opened.of}
          all={opened.all}
          onStep={(of) => onOpen({ kind: "source", of, all: opened.all })}
          onClose={close}
        />
      )}
      {opened.kind === "ask" && <AskForMore onClose={close} projectId={projectId} model={model} />}
    </Suspense>
  );
}
