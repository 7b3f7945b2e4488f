// What is done to assistants.
import { useNavigate } from "@tanstack/react-router";
import { api } from "@/api/client";
import { useAct } from "@/api/pages";
import { t } from "@/words/assistants";
import { ASSISTANTS, type Assistant, ONE } from "./lists";

const NAME_MAX = 100;

export function useRemove() {
  return useAct((one: Assistant) => api.delete(ONE, { path: { assistant_id: one.id } }), {
    stale: [ASSISTANTS],
    shows: true,
    said: (_, one) => t("removed", { name: one.name }),
  });
}

/** The same as one's own, to change it; then one is there. */
export function useCopy() {
  const navigate = useNavigate();
  return useAct(
    (one: Assistant) => {
      const { kind, description, instructions, model, parameters, language, glossary } = one;
      const name = t("copyName", { name: one.name }).slice(0, NAME_MAX);
      const body = { name, kind, description, instructions, model, parameters, language, glossary };
      return api.post("/v1/tokenry/assistants", { body });
    },
    {
      stale: [ASSISTANTS],
      said: (made) => t("copied", { name: made.name }),
      next: (made) => void navigate({ to: "/assistants/$id", params: { id: made.id } }),
    },
  );
}
