/** A few of one's prompts to begin with; nothing where there are none. */
import { useQuery } from "@tanstack/react-query";
import { api } from "@/api/client";
import { t } from "@/words/chat";

const SHOWN = 4;

export function Suggestions({ onChoose }: { onChoose: (text: string) => void }) {
  const { data } = useQuery({
    queryKey: ["prompts", "suggested"],
    queryFn: ({ signal }) => api.get("/v1/tokenry/prompts", { query: { limit: SHOWN }, signal }),
    staleTime: 60_000,
  });
  const prompts = data?.data ?? [];
  if (prompts.length === 0) return null;
  return (
    <section className="mt-8">
      <h2 className="mb-2 text-sm font-medium text-soft">{t("new.prompts")}</h2>
      <ul className="grid gap-2 sm:grid-cols-2">
        {prompts.slice(0, SHOWN).map((prompt) => (
          <li key={prompt.id}>
            <button
              type="button"
              className="h-full min-h-11 w-full rounded border bg-raised px-4 py-2.5 text-left hover:border-field"
              onClick={() => onChoose(prompt.text)}
            >
              <span className="block font-medium">{prompt.title}</span>
              <span className="line-clamp-2 text-sm text-soft">{prompt.text}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
