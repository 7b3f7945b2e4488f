/** Where one writes: a field that grows, what stands beside it, and the button that sends or stops. */
import { ArrowUp, Paperclip, Square } from "lucide-react";
import {
  type ClipboardEvent,
  type DragEvent,
  type KeyboardEvent,
  lazy,
  type ReactNode,
  type Ref,
  Suspense,
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
  useState,
} from "react";
import { Button, IconButton } from "@/ui";
import { t } from "@/words/chat";
import { Chips } from "../files/Chips";
import { useSlash } from "../prompts/useSlash";
import type { Attachments } from "./attachments";
import { sizeWords, TEXT_SIZE_MAX, utf8Size } from "./limits";
import { useDraft } from "./useDraft";

const VoiceButton = lazy(() => import("./Voice"));

export type ComposerHandle = { focus: () => void; insert: (text: string) => void };

type Props = {
  ref?: Ref<ComposerHandle>;
  /** What its draft is kept under. */
  chat: string;
  temporary: boolean;
  placeholder: string;
  /** An answer is being written. */
  running: boolean;
  /** Something is on its way: neither send nor stop. */
  busy: boolean;
  /** Null where nothing may be sent. */
  onSend: ((text: string, fileIds: string[]) => Promise<boolean>) | null;
  onStop: () => void;
  attachments: Attachments | null;
  /** The model that writes down what is spoken; null = there is none. */
  transcription: string | null;
  projectId: string | null;
  /** The up arrow in an empty field. */
  onUp?: () => void;
  /** Left of the buttons: the model, the settings. */
  children?: ReactNode;
};

export function Composer(props: Props) {
  const { ref, chat, temporary, running, busy, onSend, onStop, attachments } = props;
  const hint = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const draft = useDraft(chat, temporary);
  const [tooLong, setTooLong] = useState<{ size: number; file: File } | null>(null);
  const [over, setOver] = useState(false);
  const { text, setText } = draft;
  const files = attachments?.ready ?? [];
  const something = text.trim() !== "" || files.length > 0;
  const ready = something && onSend !== null && !running && !busy && !attachments?.sending;
  const slash = useSlash(text, setText);
  useGrowing(field, text);

  function insert(more: string) {
    const element = field.current;
    if (!element) return;
    const at = element.selectionStart;
    setText(text.slice(0, at) + more + text.slice(element.selectionEnd));
    requestAnimationFrame(() => {
      element.focus();
      element.setSelectionRange(at + more.length, at + more.length);
    });
  }
  useImperativeHandle(ref, () => ({ focus: () => field.current?.focus(), insert }));

  async function send() {
    if (!ready || !onSend) return;
    const size = utf8Size(text);
    if (size > TEXT_SIZE_MAX) {
      setTooLong({ size, file: asFile(text) });
      return;
    }
    const [said, beside] = [text, attachments?.all ?? []];
    setText("");
    attachments?.clear();
    if (await onSend(said, files)) draft.sent();
    else {
      const since = field.current?.value ?? "";
      setText(since ? `${said}\n\n${since}` : said);
      attachments?.restore(beside);
    }
  }

  function onKey(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (event.nativeEvent.isComposing || slash.onKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      void send();
    } else if (event.key === "Escape" && running) {
      event.preventDefault();
      onStop();
    } else if (event.key === "ArrowUp" && text === "" && props.onUp) {
      event.preventDefault();
      props.onUp();
    }
  }

  function onPaste(event: ClipboardEvent) {
    if (event.clipboardData.files.length && attachments) {
      event.preventDefault();
      attachments.add([...event.clipboardData.files]);
      return;
    }
    const pasted = event.clipboardData.getData("text/plain");
    const size = utf8Size(pasted, TEXT_SIZE_MAX);
    if (size + utf8Size(text, TEXT_SIZE_MAX) <= TEXT_SIZE_MAX) return;
    event.preventDefault();
    setTooLong({ size: new Blob([pasted]).size, file: asFile(pasted) });
  }

  function onDrop(event: DragEvent) {
    setOver(false);
    if (!attachments || event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    attachments.add([...event.dataTransfer.files]);
  }

  return (
    <div className="relative">
      {slash.menu}
      {tooLong && (
        <TooLong
          size={tooLong.size}
          onFile={attachments && (() => attachments.add([tooLong.file]))}
          onClose={() => {
            setTooLong(null);
            field.current?.focus();
          }}
        />
      )}
      <form
        className="rounded-lg border border-field bg-raised focus-within:border-act"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
        onDragOver={(event) => {
          if (!attachments || !event.dataTransfer.types.includes("Files")) return;
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
      >
        {attachments && (attachments.all.length > 0 || attachments.left > 0) && <Chips attachments={attachments} />}
        <textarea
          ref={field}
          rows={1}
          aria-label={t("compose.label")}
          aria-describedby={hint}
          {...slash.aria}
          placeholder={props.placeholder}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKey}
          onPaste={onPaste}
          enterKeyHint="send"
          className="field-sizing-content block max-h-[40dvh] min-h-12 w-full resize-none bg-transparent px-4 pt-3 pb-1 text-base outline-none"
        />
        <div className="flex items-center gap-1 p-1.5">
          {attachments && (
            <>
              <input
                ref={picker}
                type="file"
                multiple
                hidden
                onChange={(event) => {
                  attachments.add([...(event.target.files ?? [])]);
                  event.target.value = "";
                }}
              />
              <IconButton label={t("compose.attach")} onClick={() => picker.current?.click()}>
                <Paperclip aria-hidden />
              </IconButton>
            </>
          )}
          <div className="flex min-w-0 flex-1 items-center gap-1">{props.children}</div>
          {props.transcription && (
            <Suspense fallback={null}>
              <VoiceButton projectId={props.projectId} onText={insert} />
            </Suspense>
          )}
          {running ? (
            <IconButton look="main" label={t("compose.stop")} disabled={busy} onClick={onStop} className="rounded-full">
              <Square aria-hidden className="fill-current" />
            </IconButton>
          ) : (
            <IconButton look="main" label={t("compose.send")} type="submit" disabled={!ready} className="rounded-full">
              <ArrowUp aria-hidden />
            </IconButton>
          )}
        </div>
        {over && (
          <p className="pointer-events-none absolute inset-0 grid place-items-center rounded-lg border-2 border-dashed border-act bg-raised">
            {t("compose.drop")}
          </p>
        )}
      </form>
      <span id={hint} className="sr-only">
        {t("compose.hint")}
      </span>
    </div>
  );
}

type TooLongProps = { size: number; onFile: (() => void) | null; onClose: () => void };

function TooLong({ size, onFile, onClose }: TooLongProps) {
  return (
    <div role="alert" className="mb-2 rounded bg-bad-ground px-4 py-3 text-[0.9375rem] text-bad">
      <p>{t("compose.tooLong", { size: sizeWords(size), limit: sizeWords(TEXT_SIZE_MAX) })}</p>
      <div className="mt-2 flex gap-2">
        {onFile && (
          <Button
            size="small"
            onClick={() => {
              onFile();
              onClose();
            }}
          >
            {t("compose.asFile")}
          </Button>
        )}
        <Button size="small" onClick={onClose}>
          {t("message.cancel")}
        </Button>
      </div>
    </div>
  );
}

function asFile(text: string): File {
  return new File([text], t("compose.pastedName"), { type: "text/plain" });
}

/** Browsers without `field-sizing` are told the height. */
function useGrowing(field: { current: HTMLTextAreaElement | null }, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useEffect(() => {
    const element = field.current;
    if (!element || CSS.supports("field-sizing", "content")) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [text, field]);
}
