/** What can be done with a message, told to all of them at once so that none is drawn again for it. */
import { createContext, useContext } from "react";
import type { Message, Model, Source } from "../model/types";

export type Acts = {
  edit: (message: Message, text: string) => Promise<boolean>;
  again: (answer: Message, model?: string) => void;
  goOn: (answer: Message) => void;
  walk: (message: Message, to: string) => void;
  receipt: (answer: Message) => void;
  /** Opens a source of an answer that has these. */
  source: (source: Source, all: readonly Source[]) => void;
  askMore: () => void;
  /** Where its use is booked. */
  projectId: string;
  models: readonly Model[];
  /** An answer is being written: nothing new can be asked. */
  busy: boolean;
};

export const ActsContext = createContext<Acts | null>(null);

export function useActs(): Acts {
  const acts = useContext(ActsContext);
  if (!acts) throw new Error("A message stands outside of a chat.");
  return acts;
}
