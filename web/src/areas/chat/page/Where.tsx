/** What a new chat will belong to, when one came for that: an assistant, a folder. */
import { useQuery } from "@tanstack/react-query";
import { Bot, Folder } from "lucide-react";
import type { ReactNode } from "react";
import { api } from "@/api/client";
import { ErrorNote } from "@/ui";
import { t } from "@/words/chat";

export function assistantQuery(assistant_id: string) {
  return {
    queryKey: ["assistant", assistant_id] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      api.get("/v1/tokenry/assistants/{assistant_id}", { path: { assistant_id }, signal }),
  };
}

export function Where({ assistant, folder }: { assistant: string | undefined; folder: string | undefined }) {
  if (!assistant && !folder) return null;
  return (
    <div className="mt-2 mb-6 flex flex-col gap-2">
      {assistant && <Assistant id={assistant} />}
      {folder && <InFolder id={folder} />}
    </div>
  );
}

function Assistant({ id }: { id: string }) {
  const { data, error } = useQuery(assistantQuery(id));
  if (error) return <ErrorNote error={error} />;
  return (
    <Line
      icon={<Bot aria-hidden className="size-5 shrink-0 text-soft" />}
      name={data?.name}
      about={data?.description}
    />
  );
}

function InFolder({ id }: { id: string }) {
  const { data, error } = useQuery({
    queryKey: ["folders", id],
    queryFn: ({ signal }) => api.get("/v1/tokenry/folders/{folder_id}", { path: { folder_id: id }, signal }),
  });
  if (error) return <ErrorNote error={error} />;
  const icon = <Folder aria-hidden className="size-5 shrink-0 text-soft" />;
  return <Line icon={icon} name={data?.name} about={t("new.folder")} />;
}

function Line({ icon, name, about }: { icon: ReactNode; name: string | undefined; about: string | null | undefined }) {
  if (!name) return null;
  return (
    <section className="flex gap-3 rounded-lg border bg-raised px-4 py-3">
      {icon}
      <div className="min-w-0">
        <h2 className="text-base wrap-anywhere">{name}</h2>
        {about && <p className="mt-0.5 text-[0.9375rem] text-soft">{about}</p>}
      </div>
    </section>
  );
}
