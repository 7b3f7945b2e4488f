/** Speaking instead of typing: records, has it written down by the house's own model, and puts the words into the field. */
import { Mic, Square } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { send } from "@/api/client";
import { IconButton, Spinner, toast } from "@/ui";
import { t } from "@/words/chat";

/** A recording ends by itself after so long. */
const LONGEST_S = 300;

type State = { kind: "still" } | { kind: "recording"; since: number } | { kind: "writing" };

export default function VoiceButton({
  projectId,
  onText,
}: {
  projectId: string | null;
  onText: (text: string) => void;
}) {
  const [state, setState] = useState<State>({ kind: "still" });
  const recorder = useRef<MediaRecorder | null>(null);
  useEffect(() => () => recorder.current?.stop(), []);
  if (!("mediaDevices" in navigator) || typeof MediaRecorder === "undefined") return null;

  async function start() {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const pieces: Blob[] = [];
      const recording = new MediaRecorder(stream);
      recorder.current = recording;
      recording.ondataavailable = (event) => pieces.push(event.data);
      recording.onstop = () => {
        for (const track of stream.getTracks()) track.stop();
        recorder.current = null;
        void write(new Blob(pieces, { type: recording.mimeType }));
      };
      recording.start();
      setTimeout(() => recording.state === "recording" && recording.stop(), LONGEST_S * 1000);
      setState({ kind: "recording", since: Date.now() });
    } catch {
      toast.done(t("voice.refused"));
    }
  }

  async function write(sound: Blob) {
    setState({ kind: "writing" });
    try {
      const form = new FormData();
      form.set("file", sound, `recording.${sound.type.includes("mp4") ? "mp4" : "webm"}`);
      if (projectId) form.set("project_id", projectId);
      const answer = await send("POST", "/v1/tokenry/chats/transcriptions", { body: form });
      const { text } = (await answer.json()) as { text: string };
      if (text.trim()) onText(text.trim());
    } catch (error) {
      toast.failed(error);
    } finally {
      setState({ kind: "still" });
    }
  }

  if (state.kind === "writing") {
    return (
      <span role="status" className="px-2 text-soft">
        <Spinner label={t("voice.writing")} />
      </span>
    );
  }
  if (state.kind === "recording") {
    return (
      <>
        <Seconds since={state.since} />
        <IconButton label={t("voice.stop")} className="text-bad" onClick={() => recorder.current?.stop()}>
          <Square aria-hidden className="animate-breathe fill-current" />
        </IconButton>
      </>
    );
  }
  return (
    <IconButton label={t("voice.start")} onClick={start}>
      <Mic aria-hidden />
    </IconButton>
  );
}

function Seconds({ since }: { since: number }) {
  const [now, setNow] = useState(since);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <span className="figures px-1 text-sm whitespace-nowrap text-bad">
      {t("voice.recording", { seconds: Math.round((now - since) / 1000) })}
    </span>
  );
}
