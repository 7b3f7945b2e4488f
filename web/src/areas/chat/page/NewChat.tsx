/** A new chat: a greeting, the composer, and something to begin with. The chat is made when the first message is sent. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Hourglass } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { ApiError } from "@/api/client";
import { useMe } from "@/api/hooks";
import { type Prompt, promptsQuery } from "@/areas/library/lists";
import { ErrorNote, IconButton, Select, useTitle } from "@/ui";
import { t } from "@/words/chat";
import { Composer, type ComposerHandle } from "../compose/Composer";
import type { Setting } from "../compose/Settings";
import { useAttachments } from "../compose/useAttachments";
import { modelsQuery, projectsQuery } from "../model/api";
import { toBeginWith } from "../models/order";
import { Picker } from "../models/Picker";
import { isOutOfFunds } from "../money/funds";
import { UsedUp } from "../money/UsedUp";
import { Fill } from "../prompts/Fill";
import { lastChoice, rememberChoice } from "./choices";
import { Dialogs } from "./dialogs";
import { Foot } from "./Foot";
import { Help } from "./Help";
import { PendingQuestion } from "./PendingQuestion";
import { SettingsButton } from "./SettingsButton";
import { Suggestions } from "./Suggestions";
import { useBeginning } from "./useBeginning";
import { useKeys } from "./useKeys";
import { Where } from "./Where";

export function NewChat() {
  useTitle(t("new.title"));
  const me = useMe();
  const search = useSearch({ from: "/" });
  const navigate = useNavigate();
  const composer = useRef<ComposerHandle>(null);
  const [projectId, setProjectId] = useState<string | null>(() => lastChoice("project"));
  const [modelId, setModelId] = useState<string | null>(() => lastChoice("model"));
  const [temporary, setTemporary] = useState(false);
  const [setting, setSetting] = useState<Setting>({ system: null, parameters: {} });
  const [asking, setAsking] = useState(false);
  const [prompt, setPrompt] = useState<Prompt | null>(null);
  usePromptOfAddress(search.prompt, setPrompt);
  const projects = useQuery(projectsQuery()).data?.data ?? NONE;
  const project = projects.find((one) => one.id === projectId) ?? projects[0] ?? null;
  const models = useQuery(modelsQuery(projectId));
  const model = toBeginWith(models.data?.data ?? NONE, modelId);
  const attachments = useAttachments(project?.id ?? null);
  const begin = useBeginning();
  useEffect(() => composer.current?.focus(), []);
  useEffect(fetchChatPage, []);
  useKeys({ focus: () => composer.current?.focus(), stop: none, lastAnswer: nothing, walk: none, newest: none });

  async function send(text: string, fileIds: string[]): Promise<boolean> {
    const chat = await begin.send(
      { text, file_ids: fileIds },
      {
        ...(project && { project_id: project.id }),
        ...(model && { model: model.id }),
        ...(setting.system && { system: setting.system }),
        ...(search.folder && { folder_id: search.folder }),
        ...(search.assistant && { assistant_id: search.assistant }),
        parameters: setting.parameters,
        temporary,
      },
    );
    if (!chat) return false;
    void navigate({ to: "/chat/$id", params: { id: chat.id } });
    return true;
  }

  return (
    <div className="flex h-full flex-col overflow-y-auto">
      <div className="min-h-4 flex-1 sm:flex-[2]" />
      <div className="mx-auto w-full max-w-3xl px-4 sm:px-6">
        {begin.pending === null ? (
          <>
            <h1 tabIndex={-1} className="text-center text-2xl outline-none sm:mb-6 sm:text-3xl">
              {me.name ? t("new.helloName", { name: firstName(me.name) }) : t("new.hello")}
            </h1>
            <Where assistant={search.assistant} folder={search.folder} />
            <Help models={models.data ?? null} error={models.error} onAgain={() => void models.refetch()} />
          </>
        ) : (
          <>
            <h1 className="sr-only">{t("new.title")}</h1>
            <PendingQuestion text={begin.pending} />
          </>
        )}
      </div>
      <div className="flex-1 sm:hidden" />
      <div className="mx-auto w-full max-w-3xl px-3 pb-[max(0.25rem,env(safe-area-inset-bottom))] max-sm:order-last sm:px-6">
        {temporary && <p className="mb-2 rounded bg-code px-4 py-2.5 text-sm">{t("temporary.what")}</p>}
        <Refused
          error={begin.error}
          projectId={project?.id ?? null}
          model={model?.id ?? null}
          onAsk={() => setAsking(true)}
        />
        <Composer
          ref={composer}
          chat="new"
          temporary={temporary}
          placeholder={t("compose.placeholder")}
          running={false}
          busy={begin.pending !== null}
          onSend={model ? send : null}
          onStop={none}
          attachments={attachments}
          transcription={models.data?.transcription ?? null}
          projectId={project?.id ?? null}
        >
          <Picker
            models={models.data?.data ?? NONE}
            chosen={model?.id ?? (models.isPending ? modelId : null)}
            onChoose={(id) => {
              rememberChoice("model", id);
              setModelId(id);
            }}
          />
          <SettingsButton setting={setting} onSave={async (next) => setSetting(next)} />
          <IconButton
            label={temporary ? t("temporary.off") : t("temporary.on")}
            aria-pressed={temporary}
            className="aria-pressed:bg-wash aria-pressed:text-act"
            onClick={() => setTemporary(!temporary)}
          >
            <Hourglass aria-hidden />
          </IconButton>
          {projects.length > 1 && project && (
            <Select
              aria-label={t("model.project")}
              className="max-w-40 border-transparent text-sm"
              value={project.id}
              onChange={(event) => {
                rememberChoice("project", event.target.value);
                setProjectId(event.target.value);
              }}
            >
              {projects.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </Select>
          )}
        </Composer>
        <Foot chat={null} projectId={project?.id ?? null} model={model?.id ?? null} onAsk={() => setAsking(true)} />
      </div>
      <div className="mx-auto w-full max-w-3xl px-4 pb-4 sm:px-6">
        {begin.pending === null && <Suggestions onChoose={setPrompt} />}
      </div>
      <div className="hidden sm:block sm:flex-[3]" />
      {prompt && (
        <Fill prompt={prompt} onText={(text) => composer.current?.insert(text)} onClose={() => setPrompt(null)} />
      )}
      <Dialogs
        opened={asking ? { kind: "ask" } : null}
        onOpen={() => setAsking(false)}
        projectId={project?.id ?? null}
        model={model?.id ?? null}
      />
    </div>
  );
}

const NONE: never[] = [];
const none = () => {};
const nothing = () => null;

/** From here one goes to a chat: its page's code is fetched while there is nothing else to do. */
function fetchChatPage(): () => void {
  const waiting = setTimeout(() => void import("./ChatPage"), CALM_MS);
  return () => clearTimeout(waiting);
}
const CALM_MS = 200;

/** The prompt that one came with, once it is known. */
function usePromptOfAddress(id: string | undefined, choose: (prompt: Prompt) => void): void {
  const found = useQuery({ ...promptsQuery, enabled: id !== undefined }).data?.find((one) => one.id === id) ?? null;
  const chosen = useRef(false);
  useEffect(() => {
    if (!found || chosen.current) return;
    chosen.current = true;
    choose(found);
  }, [found, choose]);
}

function firstName(name: string): string {
  return name.trim().split(/\s+/)[0] ?? name;
}

type RefusedProps = { error: unknown; projectId: string | null; model: string | null; onAsk: () => void };

function Refused({ error, projectId, model, onAsk }: RefusedProps) {
  if (!error) return null;
  if (error instanceof ApiError && isOutOfFunds(error.code)) {
    return (
      <div role="alert" className="mb-3">
        <UsedUp projectId={projectId} model={model} words={error.message} onAsk={onAsk} />
      </div>
    );
  }
  return (
    <div className="mb-3">
      <ErrorNote error={error} />
      <p className="mt-1 text-sm text-soft">{t("compose.notSent")}</p>
    </div>
  );
}
