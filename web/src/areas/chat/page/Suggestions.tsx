/** A few of one's prompts to begin with; nothing where there are none. */
import { type Prompt, usePrompts } from "@/areas/library/lists";
import { t } from "@/words/chat";

const SHOWN = 4;

export function Suggestions({ onChoose }: { onChoose: (prompt: Prompt) => void }) {
  const prompts = usePrompts().data ?? [];
  if (prompts.length === 0) return null;
  return (
    <section className="mt-6">
      <h2 className="mb-2 text-sm font-medium text-soft">{t("new.prompts")}</h2>
      <ul className="grid gap-2 sm:grid-cols-2">
        {prompts.slice(0, SHOWN).map((prompt) => (
          <li key={prompt.id}>
            <button
              type="button"
              className="flex h-full min-h-11 w-full flex-col rounded border bg-raised px-4 py-2.5 text-left hover:border-field"
              onClick={() => onChoose(prompt)}
            >
              <span className="font-medium">{prompt.title}</span>
              <span className="line-clamp-2 text-sm text-soft">{prompt.text}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
