/** A chat and its messages as the server tells them. Times are seconds since the epoch, amounts nano-USD. */

export type MessageState = "complete" | "running" | "stopped" | "broken" | "failed";

export type Effort = "none" | "minimal" | "low" | "medium" | "high" | "xhigh";

export type Parameters = {
  temperature?: number | null;
  top_p?: number | null;
  max_output_tokens?: number | null;
  reasoning_effort?: Effort | null;
};

export type Chat = {
  id: string;
  title: string;
  title_by: "person" | "machine" | null;
  folder_id: string | null;
  assistant_id: string | null;
  project_id: string;
  model: string | null;
  system: string | null;
  parameters: Parameters;
  temporary: boolean;
  expires_at: number | null;
  pinned: boolean;
  archived: boolean;
  created_at: number;
  updated_at: number;
  head_id: string | null;
  charge_nanousd: number;
  charge_tokens: number;
  shared: boolean;
};

export type FileRef = { id: string; name: string; mime: string | null; size: number; state: string };

export type Source = {
  number: number;
  file_id: string;
  file_name: string;
  passage_id: string;
  page: number | null;
  time_ms: number | null;
  text: string;
};

export type SeenBy = { provider: string; place: "house" | "provider"; engine?: string | null };

export type Failure = { code: string | null; message: string };

export type Message = {
  id: string;
  chat_id: string;
  parent_id: string | null;
  role: "user" | "assistant";
  state: MessageState;
  text: string;
  reasoning: string | null;
  files: FileRef[];
  sources: Source[];
  model: string | null;
  /** Everybody who was sent the prompt; the last one answered. Null while it runs. */
  seen_by: SeenBy[] | null;
  request_ids: string[];
  input_tokens: number | null;
  output_tokens: number | null;
  charge_nanousd: number | null;
  charge_tokens: number | null;
  error: Failure | null;
  /** Messages of the branch that the model was not told, as they did not fit. */
  omitted: number;
  created_at: number;
  ended_at: number | null;
  /** All that could stand in its place, itself included, in order. */
  siblings: string[];
  /** Of one that runs: how far its text goes, in the server's own measure. */
  position?: number | null;
};

export type ModelPrice = { input: number | null; output: number | null };

export type Model = {
  id: string;
  label: string;
  kind: string;
  starter: boolean;
  context_tokens: number | null;
  images: boolean;
  tools: boolean;
  /** Nano-USD for a million tokens, by tier of service. */
  prices: Record<string, ModelPrice> | null;
  seen_by: { provider: string; place: "house" | "provider" }[];
  /** Why one may not ask it. */
  refusal: string | null;
};
