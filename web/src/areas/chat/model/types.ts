/** A chat and its messages as the server tells them. Times are seconds since the epoch, amounts nano-USD. */
import type { ChatModel, ChatModels, ChatShape, FileRef, MessageShape, Source as SourceShape } from "@/api/schema";

export type { AnswerFailure, FileRef, ModelPrice, SeenBy } from "@/api/schema";

export type Effort = "none" | "minimal" | "low" | "medium" | "high" | "xhigh";

/** What is not named is the model’s own. */
export type Parameters = {
  temperature?: number | null;
  top_p?: number | null;
  max_output_tokens?: number | null;
  reasoning_effort?: Effort | null;
};

export type Chat = Omit<ChatShape, "object" | "parameters"> & { parameters: Parameters };

export type Source = SourceShape;

export type Message = Omit<MessageShape, "object" | "files"> & { files: FileRef[] };

export type Model = Omit<ChatModel, "object" | "aliases" | "max_output_tokens">;

export type Models = Omit<ChatModels, "data" | "object"> & { data: Model[] };
