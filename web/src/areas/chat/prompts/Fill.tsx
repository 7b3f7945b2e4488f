/** A prompt that was chosen: its text as it is, or once the places in it are filled. */
import { lazy, Suspense, useEffect, useEffectEvent } from "react";
import type { Prompt } from "@/areas/library/lists";
import { placeholdersOf } from "@/areas/library/prompts/fill";

const FillDialog = lazy(() =>
  import("@/areas/library/prompts/FillDialog").then((one) => ({ default: one.FillDialog })),
);

type Props = { prompt: Prompt; onText: (text: string) => void; onClose: () => void };

export function Fill({ prompt, onText, onClose }: Props) {
  const open = placeholdersOf(prompt.text).length > 0;
  const done = useEffectEvent((text: string) => {
    onText(text);
    onClose();
  });
  useEffect(() => {
    if (!open) done(prompt.text);
  }, [open, prompt.text]);
  if (!open) return null;
  return (
    <Suspense fallback={null}>
      <FillDialog
        prompt={prompt}
        onClose={onClose}
        onText={(text) => {
          onText(text);
          onClose();
        }}
      />
    </Suspense>
  );
}
