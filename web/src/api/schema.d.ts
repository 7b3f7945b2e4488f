// Written from the OpenAPI document by `just web-types`; a test holds it there. Not to be changed by hand.

/** One reading of one's chats. `chat_id` null = the list of chats, with their titles. */
export interface AccessShape {
  id: string;
  reader_id: string;
  reader: string | null;
  chat_id: string | null;
  reason: string;
  at: number;
}

/** A fresh key of a service account. `value` is its text, told this once. */
export interface AccountKeyShape {
  id: string;
  name: string;
  value: string;
  created_at: number;
  expires_at: number | null;
  object: "organization.project.service_account.api_key";
}

/** A service account, as OpenAI shows one. */
export interface AccountShape {
  id: string;
  name: string;
  role: "member" | "owner";
  created_at: number;
  object: "organization.project.service_account";
}

/** What one account held for the request and what it paid in the end: dollars, or tokens of an award of tokens. */
export interface AccountShare {
  account: string;
  held_nanousd: number;
  posted_nanousd: number;
  held_tokens: number;
  posted_tokens: number;
}

/** For whom an admin key stands. */
export interface AdminKeyOwner {
  id: string;
  name: string;
  role: string | null;
  created_at: number;
  type: "user";
  object: "organization.user";
}

/** An admin key, as OpenAI shows one. */
export interface AdminKeyShape {
  id: string;
  name: string;
  redacted_value: string;
  created_at: number;
  expires_at: number | null;
  owner: AdminKeyOwner;
  last_used_at: null;
  object: "organization.admin_api_key";
}

/** With how long requests took; null where none was measured. */
export interface AllSeriesShape {
  requests: number[];
  failed: number[];
  refused: number[];
  input_tokens: number[];
  cached_tokens: number[];
  output_tokens: number[];
  charge_nanousd: number[];
  covered_nanousd: number[];
  award_tokens: number[];
  first_token_p50_ms: (number | null)[];
  first_token_p95_ms: (number | null)[];
  whole_p50_ms: (number | null)[];
  whole_p95_ms: (number | null)[];
}

/** A change of an award that was asked for or made. `until` is the new end, `words` are of whoever decided. */
export interface AmendmentShape {
  id: string;
  award_id: string;
  kind: "extension" | "supplement" | "transfer" | "withdrawal";
  state: "asked" | "denied" | "doing" | "done" | "withdrawn";
  amount: number | null;
  other_award_id: string | null;
  until: number | null;
  reason: string;
  words: string | null;
  asked_by: string;
  decided_by: string | null;
  created_at: number;
  decided_at: number | null;
  object: "tokenry.award_amendment";
}

/** Dollars as a number, and exactly: nano-USD. */
export interface Amount {
  value: number;
  nano_usd: number;
  currency: "usd";
}

/** One block of the answer; what it has depends on its type. */
export interface AnswerBlock {
  type: string;
  text: string | null;
  thinking: string | null;
  signature: string | null;
  id: string | null;
  name: string | null;
  input: Record<string, unknown> | null;
}

/** Why an answer is not whole, in words for whoever asked. */
export interface AnswerFailure {
  code: string | null;
  message: string;
}

/** What the model says. */
export interface AnswerMessage {
  role: string;
  content: string | null;
  refusal: string | null;
  reasoning_content: string | null;
  tool_calls: ToolCall[] | null;
}

/** An application in a list. `panel` is null for whoever may not see it: its applicant, its reviewers. */
export interface ApplicationLine {
  id: string;
  programme_id: string;
  call_id: string;
  applicant: PersonShape;
  project_id: string | null;
  renews: string | null;
  tier: string;
  title: string;
  asked: number;
  unit: "tokens" | "usd";
  state: "accepted" | "approved" | "declined" | "draft" | "refused" | "returned" | "submitted" | "under_review" | "waitlisted" | "withdrawn";
  revision: number;
  created_at: number;
  changed_at: number;
  submitted_at: number | null;
  panel: PanelLine | null;
  object: "tokenry.application";
}

/** An application whole. What the caller may not see yet, or at all, is null or empty. `supply` is what the award means for the pool: as it was decided, or, of what is asked for, now. */
export interface ApplicationShape {
  id: string;
  programme_id: string;
  call_id: string;
  applicant: PersonShape;
  project_id: string | null;
  renews: string | null;
  tier: string;
  title: string;
  asked: number;
  unit: "tokens" | "usd";
  state: "accepted" | "approved" | "declined" | "draft" | "refused" | "returned" | "submitted" | "under_review" | "waitlisted" | "withdrawn";
  revision: number;
  created_at: number;
  changed_at: number;
  submitted_at: number | null;
  panel: PanelLine | null;
  object: "tokenry.application";
  answers: Record<string, unknown> | null;
  steps: TokenryApiProgrammesShapesStepShape[];
  assignments: AssignmentShape[];
  score: ScoreShape | null;
  decision: DecisionShape | null;
  supply: Supply | null;
}

/** A role that somebody has, and by what. */
export interface AssignedRole {
  id: string;
  name: string;
  description: string;
  permissions: string[];
  resource_type: "api.organization" | "api.project";
  predefined_role: true;
  object: "role";
  assignment_sources: RoleSource[];
}

/** Somebody's review of an application, as officers see it. `score_percent` is weighted by the rubric. */
export interface AssignmentShape {
  id: string;
  application_id: string;
  reviewer: PersonShape;
  state: "assigned" | "clear" | "conflict" | "declined" | "removed" | "scored";
  overdue: boolean;
  conflict: string | null;
  scores: Record<string, number> | null;
  score_percent: string | null;
  comment: string | null;
  words: string | null;
  due_at: number;
  created_at: number;
  changed_at: number;
  object: "tokenry.assignment";
}

/** An assistant. `by`: who made it; None = it is shipped. Times are seconds since the epoch. */
export interface AssistantShape {
  id: string;
  kind: "call_notes" | "chat" | "translation";
  name: string;
  description: string | null;
  instructions: string | null;
  model: string | null;
  parameters: Parameters;
  language: string | null;
  glossary: Term[];
  shared: boolean;
  mine: boolean;
  shipped: boolean;
  by: string | null;
  created_at: number;
  updated_at: number;
  object: "tokenry.assistant";
}

/** One try at one deployment. */
export interface AttemptMade {
  deployment: string;
  ended: string;
  ms: number;
}

/** One page, newest first. `last_id` is what `after` of the next one takes. */
export interface AuditPage {
  data: AuditShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  object: "list";
}

/** One act. Names are looked up now, so that those of somebody erased are gone here too. `hash`: SHA-256 over the hash of the row before it and this row. */
export interface AuditShape {
  id: string;
  number: number;
  at: number;
  type: string;
  actor_type: string;
  actor_id: string;
  actor_name: string | null;
  project_id: string | null;
  project_name: string | null;
  resource_id: string | null;
  details: Record<string, unknown>;
  hash: string;
  object: "tokenry.audit_row";
}

/** What an award of the project has left: dollars, or tokens. `ends_at`: seconds since the epoch. */
export interface AwardLeft {
  id: string;
  name: string;
  unit: "tokens" | "usd";
  left_nanousd: number | null;
  left_tokens: number | null;
  ends_at: number | null;
}

/** What became of one award in the month, in its unit (nano-USD, or tokens): what it lost stands below zero. `opening` + `issued` + `charged` + `corrected` + `expired` + `other` = `closing`. */
export interface AwardMonth {
  award_id: string;
  project_id: string;
  opening: number;
  issued: number;
  charged: number;
  corrected: number;
  expired: number;
  other: number;
  closing: number;
}

/** An award of a programme. `amount` is of all its tranches; `units` is how it stands, null until it is granted. `programme`, `project` and `awardee` are names. */
export interface AwardShape {
  id: string;
  name: string;
  programme_id: string;
  programme: string;
  project_id: string;
  project: string;
  application_id: string | null;
  renews: string | null;
  awardee_id: string | null;
  awardee: string | null;
  unit: "tokens" | "usd";
  status: "active" | "closed" | "closing" | "exhausted" | "expired" | "granting" | "scheduled" | "suspended";
  amount: number;
  units: UnitsShape | null;
  terms: AwardTerms;
  begins_at: number;
  ends_at: number;
  created_at: number;
  changed_at: number;
  closed_at: number | null;
  object: "tokenry.award";
}

/** As `Terms`. A smaller `priority` is drawn first of awards that end together. */
export interface AwardTerms {
  restrictions: Restrictions;
  weights: TokenWeights | null;
  reporting: Reporting;
  tranches: Tranches;
  conditions: string;
  acknowledgement: string;
  tier: string | null;
  priority: number;
}

/** What is wrong with an input file; `line` counts from 1. */
export interface BatchFault {
  code: string;
  message: string;
  param: string | null;
  line: number | null;
}

/** All of it, or its beginning. */
export interface BatchFaults {
  data: BatchFault[];
  object: "list";
}

/** A batch. Times are seconds since the epoch. */
export interface BatchObject {
  id: string;
  endpoint: string;
  errors: BatchFaults | null;
  input_file_id: string;
  completion_window: string;
  status: "cancelled" | "cancelling" | "completed" | "expired" | "failed" | "finalizing" | "in_progress" | "validating";
  output_file_id: string | null;
  error_file_id: string | null;
  created_at: number;
  in_progress_at: number | null;
  expires_at: number | null;
  finalizing_at: number | null;
  completed_at: number | null;
  failed_at: number | null;
  expired_at: number | null;
  cancelling_at: number | null;
  cancelled_at: number | null;
  request_counts: RequestCounts;
  usage: BatchUsage;
  metadata: Record<string, string> | null;
  model?: string;
  object: "batch";
}

/** Tokens of all lines that were answered. */
export interface BatchUsage {
  input_tokens: number;
  input_tokens_details: TokenryApiBatchesShownInputDetails;
  output_tokens: number;
  output_tokens_details: TokenryApiBatchesShownOutputDetails;
  total_tokens: number;
}

/** A part of a branch, the oldest message first. `first_id` is what `before` of the part above takes. */
export interface BranchPage {
  data: MessageShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  object: "list";
}

/** One thing that does not add up: in which row, by which rule. */
export interface BreachShape {
  row: number | null;
  rule: string;
  what: string;
}

/** How a deployment fares: `open` = left alone until `reopens_in_s`. */
export interface BreakerShape {
  deployment: string;
  state: "closed" | "half_open" | "open";
  failures_in_row: number;
  last_failure: string | null;
  reopens_in_s: number | null;
  first_token_ms: number | null;
}

/** One stretch of time, its end not included; seconds since the epoch. */
export interface BucketCompletionsUsage {
  start_time: number;
  end_time: number;
  results: CompletionsUsage[];
  object: "bucket";
}

/** One stretch of time, its end not included; seconds since the epoch. */
export interface BucketCosts {
  start_time: number;
  end_time: number;
  results: Costs[];
  object: "bucket";
}

/** One stretch of time, its end not included; seconds since the epoch. */
export interface BucketEmbeddingsUsage {
  start_time: number;
  end_time: number;
  results: EmbeddingsUsage[];
  object: "bucket";
}

/** One stretch of time, its end not included; seconds since the epoch. */
export interface BucketFileSearchesUsage {
  start_time: number;
  end_time: number;
  results: FileSearchesUsage[];
  object: "bucket";
}

/** One stretch of time, its end not included; seconds since the epoch. */
export interface BucketImagesUsage {
  start_time: number;
  end_time: number;
  results: ImagesUsage[];
  object: "bucket";
}

/** One stretch of time, its end not included; seconds since the epoch. */
export interface BucketModerationsUsage {
  start_time: number;
  end_time: number;
  results: ModerationsUsage[];
  object: "bucket";
}

/** One stretch of time, its end not included; seconds since the epoch. */
export interface BucketSessionsUsage {
  start_time: number;
  end_time: number;
  results: SessionsUsage[];
  object: "bucket";
}

/** One stretch of time, its end not included; seconds since the epoch. */
export interface BucketSpeechesUsage {
  start_time: number;
  end_time: number;
  results: SpeechesUsage[];
  object: "bucket";
}

/** One stretch of time, its end not included; seconds since the epoch. */
export interface BucketStoresUsage {
  start_time: number;
  end_time: number;
  results: StoresUsage[];
  object: "bucket";
}

/** One stretch of time, its end not included; seconds since the epoch. */
export interface BucketTranscriptionsUsage {
  start_time: number;
  end_time: number;
  results: TranscriptionsUsage[];
  object: "bucket";
}

/** One stretch of time, its end not included; seconds since the epoch. */
export interface BucketWebSearchesUsage {
  start_time: number;
  end_time: number;
  results: WebSearchesUsage[];
  object: "bucket";
}

/** One page of buckets, in order. `next_page` is what `page` of the next one takes, when `has_more`. */
export interface BucketsCompletionsUsage {
  data: BucketCompletionsUsage[];
  has_more: boolean;
  next_page: string | null;
  object: "page";
}

/** One page of buckets, in order. `next_page` is what `page` of the next one takes, when `has_more`. */
export interface BucketsCosts {
  data: BucketCosts[];
  has_more: boolean;
  next_page: string | null;
  object: "page";
}

/** One page of buckets, in order. `next_page` is what `page` of the next one takes, when `has_more`. */
export interface BucketsEmbeddingsUsage {
  data: BucketEmbeddingsUsage[];
  has_more: boolean;
  next_page: string | null;
  object: "page";
}

/** One page of buckets, in order. `next_page` is what `page` of the next one takes, when `has_more`. */
export interface BucketsFileSearchesUsage {
  data: BucketFileSearchesUsage[];
  has_more: boolean;
  next_page: string | null;
  object: "page";
}

/** One page of buckets, in order. `next_page` is what `page` of the next one takes, when `has_more`. */
export interface BucketsImagesUsage {
  data: BucketImagesUsage[];
  has_more: boolean;
  next_page: string | null;
  object: "page";
}

/** One page of buckets, in order. `next_page` is what `page` of the next one takes, when `has_more`. */
export interface BucketsModerationsUsage {
  data: BucketModerationsUsage[];
  has_more: boolean;
  next_page: string | null;
  object: "page";
}

/** One page of buckets, in order. `next_page` is what `page` of the next one takes, when `has_more`. */
export interface BucketsSessionsUsage {
  data: BucketSessionsUsage[];
  has_more: boolean;
  next_page: string | null;
  object: "page";
}

/** One page of buckets, in order. `next_page` is what `page` of the next one takes, when `has_more`. */
export interface BucketsSpeechesUsage {
  data: BucketSpeechesUsage[];
  has_more: boolean;
  next_page: string | null;
  object: "page";
}

/** One page of buckets, in order. `next_page` is what `page` of the next one takes, when `has_more`. */
export interface BucketsStoresUsage {
  data: BucketStoresUsage[];
  has_more: boolean;
  next_page: string | null;
  object: "page";
}

/** One page of buckets, in order. `next_page` is what `page` of the next one takes, when `has_more`. */
export interface BucketsTranscriptionsUsage {
  data: BucketTranscriptionsUsage[];
  has_more: boolean;
  next_page: string | null;
  object: "page";
}

/** One page of buckets, in order. `next_page` is what `page` of the next one takes, when `has_more`. */
export interface BucketsWebSearchesUsage {
  data: BucketWebSearchesUsage[];
  has_more: boolean;
  next_page: string | null;
  object: "page";
}

/** A budget and how its present window stands. `source` says where the limit comes from: `default`, `group NAME`, `override`, or `budget`, its own word. `default` is the id of the default that a member's own budget, or a group's value, belongs to. */
export interface BudgetShape {
  id: string;
  scope: "group" | "key" | "organization" | "project" | "user";
  scope_id: string;
  scope_name: string | null;
  model: string | null;
  window: "day" | "month" | "total" | "week";
  timezone: string;
  hard: boolean;
  state: "closed" | "open";
  limit_usd: string;
  source: string;
  spent_usd: string;
  held_usd: string;
  left_usd: string;
  resets_at: number | null;
  thresholds: number[];
  default: string | null;
  created_at: number;
  object: "tokenry.budget";
}

/** Budgets, all of them. */
export interface Budgets {
  data: BudgetShape[];
  object: "list";
}

/** A call of a programme. From `closes_at` on nobody applies any more. */
export interface CallShape {
  id: string;
  programme_id: string;
  name: string;
  state: "announced" | "closed" | "open";
  opens_at: number;
  closes_at: number;
  created_at: number;
  object: "tokenry.call";
}

/** The function a model calls. */
export interface CalledFunction {
  name: string | null;
  arguments: string | null;
}

/** Somebody whose role lets them review. `refusal`: why not this application; null = they can be asked. `waiting`: how many reviews of theirs are asked for and not written yet. */
export interface CandidateShape {
  id: string;
  reviewer: PersonShape;
  waiting: number;
  refusal: string | null;
  object: "tokenry.review_candidate";
}

/** Every model, as configured. `price_version`: the one in force. */
export interface Catalogue {
  price_version: string | null;
  price_effective_from: number | null;
  data: CatalogueModel[];
  object: "list";
}

/** A model. `listed`: the configuration names it; others have no price. `cost`: null for who may not know. */
export interface CatalogueModel {
  name: string;
  aliases: string[];
  kind: "chat" | "embedding" | "moderation" | "speech" | "transcription";
  listed: boolean;
  context_tokens: number | null;
  max_output_tokens: number;
  price: RateShape[] | null;
  cost: RateShape[] | null;
  coming: ComingPrice[];
  deployments: DeploymentShape[];
  object: "tokenry.catalogue.model";
}

/** A certificate: what is signed, the signature (Ed25519, base64url), and where anybody may verify it. `verify_url` is null while the server does not know under which address it is reached. */
export interface CertificateShape {
  id: string;
  statement: TokenryProgrammesCertificatesStatementStatement;
  signature: string;
  fingerprint: string;
  verify_url: string | null;
  object: "tokenry.certificate";
}

/** Who is told, by e-mail. */
export interface Channel {
  recipients: string[];
  type: "email";
  subject_prefix: string | null;
}

/** One line of the charge. */
export interface ChargeLine {
  meter: string;
  quantity: number;
  rate_nanousd_per_million: number;
  amount_nanousd: number;
}

/** One of the answers. */
export interface ChatChoice {
  index: number;
  message: AnswerMessage;
  finish_reason: string | null;
  logprobs: Record<string, unknown> | null;
}

/** A whole chat answer. */
export interface ChatCompletion {
  id: string;
  object: "chat.completion";
  created: number;
  model: string;
  choices: ChatChoice[];
  usage: CompletionUsage | null;
  system_fingerprint: string | null;
  service_tier: string | null;
}

/** A chat with all its branches. `branch`: ids of the messages of the one that is shown, from the beginning. */
export interface ChatExport {
  id: string;
  title: string;
  project_id: string;
  folder_id: string | null;
  model: string | null;
  system: string | null;
  parameters: unknown;
  created_at: number;
  updated_at: number;
  branch: string[];
  messages: ExportedMessage[];
  object: "tokenry.chat_export";
}

/** A model to chat with. No prices = it is free of charge. `seen_by`: who may be sent the prompt. `context_tokens`: what it can read, null = nobody said. `images`: whether it takes pictures. `refusal`: why you may not ask it here. */
export interface ChatModel {
  id: string;
  aliases: string[];
  kind: string;
  starter: boolean;
  label: string;
  context_tokens: number | null;
  max_output_tokens: number;
  images: boolean;
  tools: boolean;
  prices: ModelPrice[];
  seen_by: SeenBy[];
  refusal: string | null;
  object: "tokenry.chat.model";
}

/** The models you may chat with, the one that a chat begins with first. `transcription`: what turns your speech into text, null = nothing does. `refusal`: why you may not chat at all. */
export interface ChatModels {
  project_id: string | null;
  data: ChatModel[];
  refusal: string | null;
  transcription: string | null;
  object: "list";
}

/** A project that your chats can be charged to. `refusal`: why no chat can be had in it, in words. */
export interface ChatProject {
  id: string;
  name: string;
  refusal: string | null;
  object: "tokenry.chat.project";
}

/** Where you may chat. New chats go to the first unless they say otherwise. */
export interface ChatProjects {
  data: ChatProject[];
  object: "list";
}

/** A chat. `head_id` is the message that its shown branch ends in; charges are sums over its messages. */
export interface ChatShape {
  id: string;
  title: string;
  title_by: "machine" | "person" | null;
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
  object: "tokenry.chat";
}

/** A member who may chat in the project. `restored`: their key was revoked; their next chat makes a new one. */
export interface Chatter {
  project_id: string;
  user_id: string;
  restored: boolean;
  object: "tokenry.chatter";
}

/** `ok`, or what is wrong, in words. */
export interface Checks {
  serving: string;
  ledger: string;
  engines: string;
}

/** A passage that an answer cites. */
export interface CitedShape {
  number: number;
  file_name: string;
  page: number | null;
  time_ms: number | null;
  text: string;
}

/** A price that was announced. Seconds since the epoch. */
export interface ComingPrice {
  effective_from: number;
  price: RateShape[] | null;
}

/** A transcript made short: hand its `output` on as the next request's `input`. */
export interface CompactedResponse {
  id: string;
  object: "response.compaction";
  created_at: number;
  output: (Record<string, unknown>)[];
  usage: ResponseUsage;
}

/** An answer that is no more. */
export interface CompletionDeleted {
  id: string;
  object: "chat.completion.deleted";
  deleted: boolean;
}

/** A page of stored answers. */
export interface CompletionPage {
  data: StoredChatCompletion[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  object: "list";
}

/** Parts of the completion's tokens. */
export interface CompletionTokensDetails {
  reasoning_tokens: number | null;
  audio_tokens: number | null;
  accepted_prediction_tokens: number | null;
  rejected_prediction_tokens: number | null;
}

/** The tokens that are charged. */
export interface CompletionUsage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_tokens_details: PromptTokensDetails | null;
  completion_tokens_details: CompletionTokensDetails | null;
}

/** Text in, text out. `input_cached_tokens` and `input_cache_write_tokens` are part of `input_tokens`. */
export interface CompletionsUsage {
  project_id: string | null;
  user_id: string | null;
  api_key_id: string | null;
  model: string | null;
  num_model_requests: number;
  award_tokens: number;
  input_tokens: number;
  output_tokens: number;
  input_cached_tokens: number;
  input_cache_write_tokens: number;
  input_uncached_tokens: number;
  input_audio_tokens: number;
  output_audio_tokens: number;
  batch: boolean | null;
  service_tier: string | null;
  api_source: string | null;
  object: "organization.usage.completions.result";
}

/** One consent; `withdrawn_at` null = it stands. `words` is the version that was agreed to. */
export interface ConsentShape {
  id: string;
  project_id: string;
  words: string;
  given_at: number;
  withdrawn_at: number | null;
  handed: HandedShape[];
}

/** What the report found, the largest first, at most 50 of each. `open_fields`: of the summary, that a person has not filled in. */
export interface ContentShape {
  languages: TokenryApiTrainingSetsShapesShareShape[];
  licences: TokenryApiTrainingSetsShapesShareShape[];
  domains: TokenryApiTrainingSetsShapesShareShape[];
  regions: TokenryApiTrainingSetsShapesShareShape[];
  sources: TokenryApiTrainingSetsShapesShareShape[];
  first_date: string | null;
  last_date: string | null;
  open_fields: number;
}

/** A conversation. */
export interface Conversation {
  id: string;
  created_at: number;
  metadata: Record<string, unknown>;
  object: "conversation";
}

/** It is gone. */
export interface ConversationDeleted {
  id: string;
  deleted: boolean;
  object: "conversation.deleted";
}

/** The conversation it belongs to. */
export interface ConversationNamed {
  id: string;
}

/** What was charged in one day, of one group. `award_tokens`: what awards of tokens paid; `covered_nano_usd`: its price, which nobody was charged. */
export interface Costs {
  amount: Amount;
  line_item: string | null;
  project_id: string | null;
  user_id: string | null;
  api_key_id: string | null;
  api_source: string | null;
  quantity: number | null;
  quantity_unit: string | null;
  award_tokens: number;
  covered_nano_usd: number;
  object: "organization.costs.result";
}

/** A lot. Once it has expired, what was left of it is no longer there; `issued_usd` stays. */
export interface CreditShape {
  id: string;
  name: string;
  project_id: string;
  category: "promotional" | "purchased";
  status: "active" | "closed" | "exhausted" | "expired" | "scheduled" | "suspended";
  issued_usd: string;
  held_usd: string;
  left_usd: string;
  effective_at: number;
  expires_at: number | null;
  created_at: number;
  object: "tokenry.credit";
}

/** One line of the rubric: whole points from 0 to `points_max`, which count `weight` times. */
export interface Criterion {
  id: string;
  label: string;
  points_max: number;
  weight: number;
  help: string;
}

/** What a panel gave for one criterion; `mean` has two decimals. */
export interface CriterionShape {
  id: string;
  lowest: number;
  highest: number;
  mean: string;
}

/** A picture of some time. Times are seconds since the epoch; `starts` are those of its stretches, in order. `total` is the sum of all groups and of all stretches, and equals the ledger. `before`: of as much time just before. */
export interface DashboardShape {
  start_time: number;
  end_time: number;
  time_zone: string;
  step: "day" | "hour";
  starts: number[];
  whose: "organization" | "own" | "projects";
  group_by: "endpoint" | "key" | "member" | "model" | "project" | "tier" | null;
  total: FiguresShape;
  before: FiguresShape;
  series: AllSeriesShape;
  groups: UsageGroupShape[];
  rest: UsageRestShape | null;
  object: "tokenry.dashboard";
}

/** What a project's prompts are. */
export interface DataClassShape {
  project_id: string;
  data_class: "confidential" | "internal" | "public";
  object: "tokenry.project.data_class";
}

/** One day (UTC), by its first second since the epoch: what was drawn on it, what was left at its end. */
export interface DayShape {
  start: number;
  drawn: number;
  left: number;
}

/** What was decided, as officers see it. `supply` is what it meant for the pool at that moment. `accept_by`: until when what is offered can be accepted. */
export interface DecisionShape {
  outcome: string;
  amount: number | null;
  days: number | null;
  conditions: string | null;
  words: string | null;
  panel_note: string | null;
  override: string | null;
  supply: Supply | null;
  terms_hash: string | null;
  accept_by: number | null;
  decided_by: string | null;
  decided_at: number;
  accepted_by: string | null;
  accepted_at: number | null;
}

/** That something is gone. */
export interface Deleted {
  id: string;
  object: string;
  deleted: true;
}

/** The list is gone. */
export interface DeletedPermissions {
  deleted: boolean;
  object: "project.model_permissions.deleted";
}

/** A webhook that is no more. */
export interface DeletedWebhook {
  id: string;
  deleted: true;
  object: "tokenry.webhook.deleted";
}

/** One way that a piece of news goes to somebody. Times are seconds since the epoch. `target` is an address or a webhook's id, empty when the person was erased; `answer` what the other side said last. */
export interface DeliveryShape {
  id: string;
  news_id: string;
  type: string;
  channel: "email" | "webhook";
  target: string;
  state: "delivered" | "failed" | "waiting";
  attempts: number;
  answer: string | null;
  created_at: number;
  next_at: number | null;
  ended_at: number | null;
  object: "tokenry.delivery";
}

/** Who serves a model, and sees its prompts. `place`: a machine of the house, or a provider elsewhere. `data_class`: the highest class of data it may see. `breaker`: open = it failed lately and is left alone for a while. `first_token_ms`: a moving average. */
export interface DeploymentShape {
  id: string;
  provider: string;
  upstream_model: string;
  dialect: string;
  place: "house" | "provider";
  data_class: "confidential" | "internal" | "public";
  priority: number;
  weight: number;
  engine: string | null;
  breaker: "closed" | "half_open" | "open";
  failures_in_row: number;
  last_failure: string | null;
  first_token_ms: number | null;
}

/** What a finished set's papers say. Of inputs and shards at most 500 are listed; the manifest has them all. `shard_files`: whether they are there with their sizes; `unlooked` = too many to look at. Their bytes are read by `tokenry corpus verify` alone. */
export interface DetailsShape {
  fingerprint: string;
  manifest_sha256: string;
  limit: number | null;
  funnel: TokenryApiTrainingSetsShapesStepShape[];
  opt_outs: OptOutsShape;
  inputs: InputShape[];
  input_count: number;
  shards: ShardShape[];
  shard_count: number;
  shard_files: "changed" | "missing" | "there" | "unlooked";
  roots: RootsShape;
  content: ContentShape | null;
  report_files: ReportFileShape[];
  report_fault: string | null;
  versions: Record<string, string>;
}

/** What was heard, and what hearing it cost; the receipt is at `/v1/tokenry/me/receipts/{request_id}`. */
export interface Dictated {
  text: string;
  model: string;
  request_id: string;
  charge_nanousd: number;
  object: "tokenry.chat.transcription";
}

/** Bytes of the disk that the data folder lies on. Below `least` no request is taken. */
export interface DiskHealth {
  free: number;
  size: number;
  least: number;
  ledger: number;
  has_ballast: boolean;
}

/** What was written and not handed in yet; nobody else sees it. */
export interface DraftShape {
  scores: Record<string, number>;
  comment: string | null;
  words: string | null;
}

/** A vector for every input. */
export interface EmbeddingList {
  object: "list";
  data: Vector[];
  model: string;
  usage: EmbeddingUsage;
}

/** The tokens that are charged. */
export interface EmbeddingUsage {
  prompt_tokens: number;
  total_tokens: number;
}

/** Text in, vectors out. */
export interface EmbeddingsUsage {
  project_id: string | null;
  user_id: string | null;
  api_key_id: string | null;
  model: string | null;
  num_model_requests: number;
  award_tokens: number;
  input_tokens: number;
  object: "organization.usage.embeddings.result";
}

/** `enforcing` while less than a cent is left of this month's limit, so that requests are refused. */
export interface Enforcement {
  status: "enforcing" | "inactive";
}

/** One engine, and the line before it: requests at work and waiting, by tier. */
export interface EngineShape {
  name: string;
  dialect: string;
  state: string;
  last_error: string | null;
  starts: number;
  slots: number;
  running: Record<string, number>;
  waiting: Record<string, number>;
}

/** What an erasure removed, by kind and number; what stays, and why; what else still holds what is gone. `erased_at` is seconds since the epoch, of the first time. */
export interface Erased {
  user_id: string;
  erased_at: number;
  removed: Record<string, number>;
  stays: Record<string, string>;
  backups: string[];
  object: "tokenry.person_erased";
}

/** Everything that is known of a person. `data` holds the rows of each kind that the index names. */
export interface Export {
  user_id: string;
  made_at: number;
  index: ExportIndex[];
  data: Record<string, unknown[]>;
  object: "tokenry.person_export";
}

/** One kind of rows in an export: what they are and how many. */
export interface ExportIndex {
  kind: string;
  what: string;
  rows: number;
  complete: boolean;
}

/** One message. Times are seconds since the epoch; `charge_nanousd` is 10⁻⁹ dollars. */
export interface ExportedMessage {
  id: string;
  parent_id: string | null;
  role: string;
  state: string;
  text: string;
  reasoning: string | null;
  model: string | null;
  seen_by: unknown;
  sources: ExportedSource[];
  charge_nanousd: number | null;
  charge_tokens: number | null;
  created_at: number;
}

/** A passage of a file that an answer cites. */
export interface ExportedSource {
  number: number;
  file_name: string;
  page: number | null;
  text: string;
}

/** A question on the application's form. `choices` are the answers to a `choice`; `words_max` bounds a `text` or a `long_text`, None = no bound. */
export interface Field {
  id: string;
  label: string;
  kind: "choice" | "long_text" | "number" | "text" | "url" | "yes_no";
  required: boolean;
  choices: string[];
  help: string;
  words_max: number | null;
}

/** Sums over requests that were settled in some time. Corrections count on the day that they were made. `failed`: the engine or the house did; `refused`: an engine would not answer; `client_gone`: the client hung up. What was refused before anything was held (a bad key, a rate, no funds left) is no request here. */
export interface FiguresShape {
  requests: number;
  failed: number;
  refused: number;
  client_gone: number;
  estimated: number;
  input_tokens: number;
  cached_tokens: number;
  cache_write_tokens: number;
  output_tokens: number;
  reasoning_tokens: number;
  audio_seconds: number;
  images: number;
  charge_nanousd: number;
  covered_nanousd: number;
  award_tokens: number;
  writeoff_nanousd: number;
  writeoff_tokens: number;
  cost_nanousd: number | null;
  cost_unknown: number;
  first_token: LatencyShape;
  whole: LatencyShape;
}

/** A file that is no more. */
export interface FileDeleted {
  id: string;
  object: "file";
  deleted: boolean;
}

/** A file. Times are seconds since the epoch, none where it never expires; `bytes` is its size. */
export interface FileObject {
  id: string;
  bytes: number;
  created_at: number;
  expires_at?: number;
  filename: string;
  purpose: string;
  status: string;
  object: "file";
}

/** A file that a message has with it. `size`: bytes. */
export interface FileRef {
  id: string;
  name: string;
  mime: string | null;
  size: number;
  state: string;
}

/** How much you may leave, and how much you have left: `size` is bytes of your `files` files. 0 = no bound. */
export interface FileRoom {
  file_size_max: number;
  size_max: number;
  files_max: number;
  size: number;
  files: number;
  object: "tokenry.file_room";
}

/** Searches in files. */
export interface FileSearchesUsage {
  num_requests: number;
  project_id: string | null;
  user_id: string | null;
  api_key_id: string | null;
  vector_store_id: string | null;
  object: "organization.usage.file_searches.result";
}

/** One thing that was looked at, as `tokenry doctor` tells it: how it is, and what to do when it is not well. */
export interface FindingShape {
  area: "access" | "address" | "backups" | "clock" | "configuration" | "disk" | "engines" | "ledger" | "models" | "news";
  state: "note" | "ok" | "wrong";
  what: string;
  how: string | null;
}

/** Machines: how many accelerators, at how many tokens a second each, and where that rate was measured. `power_w` is what one draws at work, None when unknown; `available_percent` of the time they are the programme's. */
export interface Fleet {
  type: "fleet";
  accelerators: number;
  tokens_per_second: number;
  measured: string;
  power_w: number | null;
  available_percent: number;
  shares: Share[];
}

/** A folder. `chats`: how many lie in it. Times are seconds since the epoch. */
export interface FolderShape {
  id: string;
  name: string;
  instructions: string | null;
  chats: number;
  created_at: number;
  updated_at: number;
  object: "tokenry.folder";
}

/** What was found in one input. Which categories there are is the model's to say. */
export interface Found {
  flagged: boolean;
  categories: Record<string, boolean>;
  category_scores: Record<string, number>;
  category_applied_input_types: Record<string, string[]> | null;
}

/** With what it says. `as_issued`: whether the transfers say the same today, byte for byte. */
export interface FullStatementShape {
  id: string;
  organization_id: string;
  project_id: string | null;
  month: string;
  number: number;
  total_usd: string;
  total_nano_usd: number;
  hash: string;
  previous: string;
  issued_at: number;
  object: "tokenry.statement";
  as_issued: boolean;
  statement: TokenryLedgerStatementsStatementStatement;
}

/** A training set with what its papers say. */
export interface FullTrainingSetShape {
  id: string;
  name: string;
  state: "finished" | "unfinished" | "unreadable";
  fault: string | null;
  finished_at: number | null;
  preset: string | null;
  tokenizer: string | null;
  documents_read: number | null;
  documents_kept: number | null;
  documents_dropped: number | null;
  tokens: number | null;
  shards: number | null;
  signature: "broken" | "good" | "none" | "older" | null;
  report: "current" | "none" | "older" | "unreadable" | null;
  object: "tokenry.training_set";
  details: DetailsShape | null;
}

/** Leave to read one member's chats: `reader` those of `user`. `stands`: whether it opens anything now. Times are seconds since the epoch. */
export interface GrantShape {
  id: string;
  user_id: string;
  user: string | null;
  reader_id: string;
  reader: string | null;
  granted_by: string;
  granted_by_name: string | null;
  reason: string;
  granted_at: number;
  expires_at: number;
  withdrawn_at: number | null;
  stands: boolean;
  object: "tokenry.content_grant";
}

/** A group's role now. */
export interface GroupRole {
  role: RoleShape;
  group: RoleGroup;
  object: "group.role";
}

/** A group, as OpenAI shows one, with the group it lies in. */
export interface GroupShape {
  id: string;
  name: string;
  created_at: number;
  parent_id: string | null;
  group_type: "group";
  is_scim_managed: false;
  object: "group";
}

/** A group's own bounds; null = it has none, and those of the groups around it hold. */
export interface GroupTermsShape {
  group_id: string;
  models: string[] | null;
  data_class: "confidential" | "internal" | "public" | null;
  object: "tokenry.group.terms";
}

/** Who is in which group now. */
export interface GroupUserAdded {
  group_id: string;
  user_id: string;
  object: "group.user";
}

/** That somebody is out. */
export interface GroupUserDeleted {
  object: "group.user.deleted";
  deleted: true;
}

/** Somebody in a group, as OpenAI shows them. `source` says who put them there: `admin`, or a sign-in provider. */
export interface GroupUserShape {
  id: string;
  name: string;
  email: string | null;
  source: string;
  user_type: "user";
  is_service_account: false;
  picture: null;
}

/** What left under a consent to one taker, such as a training set. `last_at`: seconds since the epoch. */
export interface HandedShape {
  taker: string;
  messages: number;
  last_at: number;
}

/** Everything that is known of the installation's health; `state` is that of its worst finding. */
export interface HealthShape {
  state: "note" | "ok" | "wrong";
  version: string;
  python: string;
  data_dir: string;
  checked_at: number;
  last_backup_at: number | null;
  findings: FindingShape[];
  engines: EngineShape[];
  breakers: BreakerShape[];
  ledger: LedgerHealth;
  disk: DiskHealth | null;
  object: "tokenry.health";
}

/** Where it was found: in a message, or (no `message_id`) in a chat's title. Times are seconds since the epoch. */
export interface HitShape {
  chat_id: string;
  title: string;
  folder_id: string | null;
  archived: boolean;
  message_id: string | null;
  role: string | null;
  at: number;
  snippet: PieceShape[];
  object: "tokenry.search_hit";
}

/** Images that were made. */
export interface ImagesUsage {
  project_id: string | null;
  user_id: string | null;
  api_key_id: string | null;
  model: string | null;
  num_model_requests: number;
  award_tokens: number;
  images: number;
  size: string | null;
  source: string | null;
  object: "organization.usage.images.result";
}

/** Why a response is not whole. */
export interface IncompleteDetails {
  reason: string;
}

/** A file that was read. Of an address on a network what stands behind its `?` is left out: it may be a key. */
export interface InputShape {
  name: string;
  format: string;
  bytes: number;
  documents: number;
  licence: string | null;
  sha256: string;
}

/** How many tokens a prompt has. */
export interface InputTokens {
  object: "response.input_tokens";
  input_tokens: number;
}

/** Parts of the input's tokens. */
export interface InputTokensDetails {
  cached_tokens: number;
  cache_write_tokens: number;
}

/** A project that an invite opens, and the role there. */
export interface InviteProject {
  id: string;
  role: string;
}

/** An invite, as OpenAI shows one, where a role is owner or reader; `organization_role` is the one of ours. */
export interface InviteShape {
  id: string;
  email: string;
  role: "owner" | "reader";
  organization_role: string;
  status: "accepted" | "expired" | "pending";
  projects: InviteProject[];
  created_at: number;
  expires_at: number;
  accepted_at: number | null;
  object: "organization.invite";
}

/** A page of items. */
export interface ItemList {
  data: (Record<string, unknown>)[];
  first_id: string | null;
  last_id: string | null;
  has_more: boolean;
  object: "list";
}

/** A line of the checklist before an award is closed. */
export interface ItemShape {
  name: string;
  done: boolean;
  words: string;
}

/** The service account a key belongs to. */
export interface KeyAccount {
  id: string;
  name: string;
  role: string;
  created_at: number;
}

/** Whose a key is. All null: the project's own. */
export interface KeyOwner {
  type: "service_account" | "user" | null;
  user: KeyPerson | null;
  service_account: KeyAccount | null;
}

/** The person a key belongs to. `role` is theirs in the project. */
export interface KeyPerson {
  id: string;
  name: string;
  email: string;
  role: string;
  created_at: number;
}

/** A project's key, as OpenAI shows one. */
export interface KeyShape {
  id: string;
  name: string;
  redacted_value: string;
  created_at: number;
  expires_at: number | null;
  owner: KeyOwner;
  owner_project_access: "active" | "inactive";
  last_used_at: null;
  object: "organization.project.api_key";
}

/** Every type of act that the log has, in order. */
export interface KindList {
  data: KindShape[];
  object: "list";
}

/** A type of act, and how many rows are of it. */
export interface KindShape {
  type: string;
  rows: number;
}

/** What half of the requests stayed below and what 95 of 100 did, in milliseconds, to within a sixteenth. */
export interface LatencyShape {
  p50_ms: number | null;
  p95_ms: number | null;
  requests: number;
}

/** How the journal fares. `kept_from`: earlier requests are no longer kept one by one. */
export interface LedgerHealth {
  writable: boolean;
  refusing: string[];
  rows: number;
  rows_kept: number;
  queued: number;
  commit_ms: string;
  running_requests: number;
  settled_requests: number;
  sums_behind: number;
  kept_from: number | null;
}

/** A request for a higher limit. `limit_usd` and `source` are the limit as it is now and where it comes from. */
export interface LimitRequestShape {
  id: string;
  budget_id: string;
  user_id: string;
  asked_usd: string;
  reason: string;
  state: "approved" | "denied" | "pending";
  limit_usd: string | null;
  source: string | null;
  granted_usd: string | null;
  decided_by: string | null;
  note: string | null;
  created_at: number;
  decided_at: number | null;
  object: "tokenry.limit_request";
}

/** What was earned in one group. `margin_percent`: of the charges whose cost is known; None when there are none. `charge_tokens` and `covered_usd`: what awards of tokens paid, and what that would have cost; no part of the margin. */
export interface MarginShape {
  group: string;
  requests: number;
  charge_usd: string;
  corrected_usd: string;
  cost_usd: string;
  margin_usd: string;
  margin_percent: string | null;
  unknown_cost_requests: number;
  unknown_cost_charge_usd: string;
  charge_tokens: number;
  covered_usd: string;
}

/** What was earned, largest margin first. Requests older than `detail_since` are no longer kept one by one. */
export interface MarginsShape {
  start_time: number;
  end_time: number;
  by: "model" | "organization" | "project";
  data: MarginShape[];
  total: MarginShape;
  detail_since: number | null;
  object: "tokenry.margins";
}

/** Who asks. `csrf_token` is for the header `X-Tokenry-CSRF`, when a browser's session asks; `demo` = nothing here is real. */
export interface Me {
  id: string | null;
  name: string | null;
  email: string | null;
  kind: "admin_key" | "api_key" | "local" | "session";
  organization_id: string;
  organizations: Place[];
  permissions: string[];
  projects: OwnProject[];
  csrf_token: string | null;
  demo: boolean;
  object: "tokenry.me";
}

/** What serving it takes: tokens, seconds of one accelerator, nano-USD, watt-hours, and by when; null = unknown. */
export interface Meaning {
  tokens: number | null;
  accelerator_seconds: number | null;
  nanousd: number | null;
  watt_hours: number | null;
  energy_method: string | null;
  served_by: number | null;
}

/** A whole answer. */
export interface MessageAnswer {
  id: string;
  type: "message";
  role: "assistant";
  model: string;
  content: AnswerBlock[];
  usage: MessageUsage;
  stop_reason: string | null;
  stop_sequence: string | null;
  stop_details: Record<string, unknown> | null;
}

/** The receipts of a message's requests: several when it was continued. */
export interface MessageReceipts {
  data: RequestReceipt[];
  object: "list";
}

/** A message. One that is `running` has the text told so far, and `position` says how far that is: what `after` of its events takes. `siblings` are all messages below the same one, itself included, in order. `seen_by` are all providers that were sent the prompt; the last one answered. `omitted`: older messages that the model was not told, as they did not fit what it can read. */
export interface MessageShape {
  id: string;
  chat_id: string;
  parent_id: string | null;
  role: "assistant" | "user";
  state: "broken" | "complete" | "failed" | "running" | "stopped";
  text: string;
  reasoning: string | null;
  files: FileRef[];
  sources: Source[];
  model: string | null;
  seen_by: SeenBy[] | null;
  request_ids: string[];
  input_tokens: number | null;
  output_tokens: number | null;
  charge_nanousd: number | null;
  charge_tokens: number | null;
  omitted: number;
  error: AnswerFailure | null;
  created_at: number;
  ended_at: number | null;
  siblings: string[];
  position: number | null;
  object: "tokenry.chat.message";
}

/** The tokens that are charged. What came from a cache or went into one is counted beside `input_tokens`. */
export interface MessageUsage {
  input_tokens: number;
  output_tokens: number;
  cache_creation_input_tokens: number | null;
  cache_read_input_tokens: number | null;
  output_tokens_details: ThinkingTokens | null;
  service_tier: string | null;
}

/** A model that this key may use. */
export interface Model {
  id: string;
  object: "model";
  created: number;
  owned_by: string;
}

/** The models that this key may use. */
export interface ModelList {
  object: "list";
  data: Model[];
}

/** What a model costs at a tier of service: nano-USD per 1,000,000 tokens. Chats use the tier `default`. */
export interface ModelPrice {
  tier: "batch" | "default" | "flex" | "priority";
  input: number;
  output: number;
  cached_input: number;
}

/** A model's rates: what accounts are charged, and what it costs the house. None = not written. */
export interface ModelPriceShape {
  model: string;
  price: RateShape[] | null;
  cost: RateShape[] | null;
}

/** What was found, input by input. */
export interface ModerationList {
  id: string;
  model: string;
  results: Found[];
}

/** Text that was judged. */
export interface ModerationsUsage {
  project_id: string | null;
  user_id: string | null;
  api_key_id: string | null;
  model: string | null;
  num_model_requests: number;
  award_tokens: number;
  input_tokens: number;
  object: "organization.usage.moderations.result";
}

/** Who was given leave to read one's chats, and when they did; the newest first. `may_read`: leave that one has oneself now, to read somebody else's. */
export interface MyAccesses {
  grants: GrantShape[];
  accesses: AccessShape[];
  may_read: GrantShape[];
  object: "tokenry.content_accesses";
}

/** An application of one's own. `reviews` are what reviewers say to you, without their names; `offer` is what you accept, by its `terms_hash`. `form` is what is asked, also once the call is over. `form` and `means` are null in a list. */
export interface MyApplication {
  id: string;
  programme_id: string;
  programme: string;
  call_id: string;
  call: string;
  project_id: string | null;
  renews: string | null;
  tier: string;
  title: string;
  asked: number;
  unit: "tokens" | "usd";
  answers: Record<string, unknown>;
  state: "accepted" | "approved" | "declined" | "draft" | "refused" | "returned" | "submitted" | "under_review" | "waitlisted" | "withdrawn";
  revision: number;
  steps: MyStep[];
  reviews: string[];
  offer: Offer | null;
  terms_hash: string | null;
  accepted_at: number | null;
  means: Meaning | null;
  form: OpenCallShape | null;
  created_at: number;
  changed_at: number;
  submitted_at: number | null;
  object: "tokenry.my_application";
}

/** What happened to it, and what was said. */
export interface MyStep {
  step: string;
  state: string;
  by: "programme" | "you";
  words: string | null;
  at: number;
}

/** The words that hold now with their version, one's projects, and all that one ever consented to. */
export interface MyTraining {
  words: string;
  words_version: string;
  projects: TrainingProject[];
  consents: ConsentShape[];
  object: "tokenry.training";
}

/** A receipt, and what people call what it names. */
export interface NamedReceipt {
  object: "tokenry.receipt";
  id: string;
  at: string;
  organization_id: string;
  project_id: string;
  user_id: string | null;
  api_key_id: string;
  endpoint: string;
  model: string;
  downgraded_from: string | null;
  service_tier: string;
  purpose: string | null;
  stream: boolean;
  outcome: "client_gone" | "completed" | "crash" | "cut" | "engine_failed" | "refused" | "unavailable";
  status: number;
  estimated: boolean;
  usage: TokensUsed;
  charge_nanousd: number;
  charge_usd: string;
  charge_tokens: number;
  covered_nanousd: number;
  writeoff_tokens: number;
  writeoff_nanousd: number;
  cost_nanousd: number | null;
  price_version: string | null;
  lines: ChargeLine[];
  accounts: AccountShare[];
  bound: TokensBound;
  deployment: string | null;
  attempts: AttemptMade[];
  prompt_seen_by: string[];
  training: "consented" | "never";
  ttft_ms: number | null;
  duration_ms: number;
  energy_wh: string | null;
  energy_method: string;
  project_name: string | null;
  user_name: string | null;
  api_key_name: string | null;
  price_effective_from: number | null;
  account_names: Record<string, string>;
}

/** A fresh service account, with its first key unless none was wanted. */
export interface NewAccountShape {
  id: string;
  name: string;
  role: "member" | "owner";
  created_at: number;
  object: "organization.project.service_account";
  api_key: AccountKeyShape | null;
}

/** A fresh one. `value` is its text, told this once. */
export interface NewAdminKeyShape {
  id: string;
  name: string;
  redacted_value: string;
  created_at: number;
  expires_at: number | null;
  owner: AdminKeyOwner;
  last_used_at: null;
  object: "organization.admin_api_key";
  value: string;
}

/** A fresh one. `token` opens it, and is told this once; `url` is the page that takes it. */
export interface NewInviteShape {
  id: string;
  email: string;
  role: "owner" | "reader";
  organization_role: string;
  status: "accepted" | "expired" | "pending";
  projects: InviteProject[];
  created_at: number;
  expires_at: number;
  accepted_at: number | null;
  object: "organization.invite";
  token: string;
  url: string;
}

/** A piece of news. `created_at` is seconds since the epoch. */
export interface NewsShape {
  id: string;
  type: string;
  created_at: number;
  project_id: string | null;
  user_id: string | null;
  data: Record<string, unknown>;
  object: "tokenry.news";
}

/** What is accepted. `amount` is whole units; `days` count from the acceptance; `accept_by` is seconds. `programme_conditions` are those of every award of the programme, `conditions` those of this one. */
export interface Offer {
  programme_id: string;
  programme: string;
  application_id: string;
  project_id: string | null;
  renews: string | null;
  tier: string;
  unit: "tokens" | "usd";
  amount: number;
  days: number;
  accept_by: number;
  programme_conditions: string;
  conditions: string;
  acknowledgement: string;
  weights: TokenWeights | null;
  restrictions: Restrictions;
  reporting: Reporting;
  tranches: Tranches;
}

/** A call that is open, and all that somebody needs to know who applies. */
export interface OpenCallShape {
  id: string;
  name: string;
  closes_at: number;
  programme_id: string;
  programme: string;
  about: string;
  unit: "tokens" | "usd";
  tiers: Tier[];
  fields: Field[];
  conditions: string;
  acknowledgement: string;
  applications_max: number;
  object: "tokenry.open_call";
}

/** Refusals: whether they were heeded, by which protocol documents went, and which stayed although refused. */
export interface OptOutsShape {
  honoured: boolean;
  protocols: string[];
  dropped: Record<string, number>;
  kept_although_refused: Record<string, number> | null;
}

/** An organization. `timezone`: where its days and months begin, when nothing else is said. */
export interface OrganizationShape {
  id: string;
  name: string;
  timezone: string;
  created_at: number;
  object: "tokenry.organization";
}

/** An award day by day, and what is to be expected of it. Amounts are whole units: tokens, or nano-USD. `used_up_in_days` counts from today; `rest` is what is left at its end. */
export interface OutlookShape {
  award_id: string;
  unit: string;
  days: DayShape[];
  state: "estimated" | "idle" | "unknown" | "used_up";
  used_up_in_days: SpanShape | null;
  rest: SpanShape | null;
  words: string;
  object: "tokenry.award.outlook";
}

/** Parts of the output's tokens. */
export interface OutputTokensDetails {
  reasoning_tokens: number;
}

/** A fresh key of one's own. `value` is its text, told this once. */
export interface OwnKeyMade {
  id: string;
  name: string;
  value: string;
  created_at: number;
  expires_at: number | null;
  models: string[] | null;
  object: string;
}

/** A project that one has a role in, one's own or a group's. `permissions` are those beside the organization's. */
export interface OwnProject {
  id: string;
  name: string;
  permissions: string[];
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageAccountShape {
  data: AccountShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageAdminKeyShape {
  data: AdminKeyShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageAmendmentShape {
  data: AmendmentShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageApplicationLine {
  data: ApplicationLine[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageAssignedRole {
  data: AssignedRole[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageAssistantShape {
  data: AssistantShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageAwardShape {
  data: AwardShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageBatchObject {
  data: BatchObject[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageBudgetShape {
  data: BudgetShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageCallShape {
  data: CallShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageCandidateShape {
  data: CandidateShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageCertificateShape {
  data: CertificateShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageChatShape {
  data: ChatShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageCreditShape {
  data: CreditShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageDeliveryShape {
  data: DeliveryShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageFileObject {
  data: FileObject[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageFolderShape {
  data: FolderShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageGrantShape {
  data: GrantShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageGroupShape {
  data: GroupShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageGroupUserShape {
  data: GroupUserShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageInviteShape {
  data: InviteShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageKeyShape {
  data: KeyShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageLimitRequestShape {
  data: LimitRequestShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageMyApplication {
  data: MyApplication[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageNewsShape {
  data: NewsShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageOpenCallShape {
  data: OpenCallShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PagePlanShape {
  data: PlanShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageProgrammeShape {
  data: ProgrammeShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageProjectGroupShape {
  data: ProjectGroupShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageProjectShape {
  data: ProjectShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageProjectUserShape {
  data: ProjectUserShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PagePromptShape {
  data: PromptShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageRateLimitShape {
  data: RateLimitShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageReportShape {
  data: ReportShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageReview {
  data: Review[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageRoleShape {
  data: RoleShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageShareShape {
  data: TokenryApiWorkspaceSharesShareShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageSpendAlert {
  data: SpendAlert[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageStatementShape {
  data: StatementShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageStepShape {
  data: TokenryApiAwardsShapesStepShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageStoredMessage {
  data: StoredMessage[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageSubscriptionShape {
  data: SubscriptionShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageTemplateShape {
  data: TemplateShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageTrainingSetShape {
  data: TrainingSetShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageTrancheShape {
  data: TrancheShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageUserShape {
  data: UserShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageVersionShape {
  data: VersionShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageWebhookShape {
  data: WebhookShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageWithdrawnShape {
  data: WithdrawnShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageWorkspaceFileShape {
  data: WorkspaceFileShape[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** One page. `last_id` is what `after` of the next page takes, when `has_more`; `next` says the same. */
export interface PageDictStrTypingAny {
  data: (Record<string, unknown>)[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
  next: string | null;
  object: "list";
}

/** How far an application's reviews are: how many are asked for, written, and needed by its tier; their score. */
export interface PanelLine {
  asked: number;
  scored: number;
  needed: number;
  percent: string | null;
}

/** What is chosen; what is not named is the model's own. */
export interface Parameters {
  temperature: number | null;
  top_p: number | null;
  max_output_tokens: number | null;
  reasoning_effort: "high" | "low" | "medium" | "minimal" | "none" | "xhigh" | null;
}

/** A passage in its surroundings. `page`, `line` and `position` (of the passage in its file) are from 1; `heading` is what it stands under; `downloadable`: whether you may have the file itself. */
export interface PassageShape {
  id: string;
  file: WorkspaceFileShape;
  position: number;
  page: number | null;
  line: number | null;
  heading: string | null;
  time_ms: number | null;
  before: string;
  text: string;
  after: string;
  downloadable: boolean;
  object: "tokenry.passage";
}

/** It opens nothing any more. */
export interface PasskeyDeleted {
  id: string;
  deleted: boolean;
  object: string;
}

/** One's passkeys, oldest first. */
export interface PasskeyList {
  data: PasskeyShape[];
  object: string;
}

/** What `navigator.credentials.create` takes, with bytes as base64url. */
export interface PasskeyOptions {
  publicKey: Record<string, unknown>;
  object: string;
}

/** A passkey. Times are seconds since the epoch; `synced` = its maker says that it lies on several devices. */
export interface PasskeyShape {
  id: string;
  name: string;
  synced: boolean;
  created_at: number;
  used_at: number | null;
  object: string;
}

/** A project's list, as OpenAI shows one: the only models it may use, or those it may not. */
export interface PermissionsShape {
  mode: "allow_list" | "deny_list";
  model_ids: string[];
  object: "project.model_permissions";
}

/** Somebody, as far as they are still known. */
export interface PersonShape {
  id: string;
  name: string | null;
  email: string | null;
}

/** A part of a snippet; `hit` marks what was looked for. It is plain text, never HTML. */
export interface PieceShape {
  text: string;
  hit: boolean;
}

/** An organization that one belongs to. */
export interface Place {
  id: string;
  name: string;
  role: "admin" | "auditor" | "member" | "officer" | "owner" | "reviewer";
}

/** A plan. `overage`: beyond what is included, requests are charged to other awards, or refused. */
export interface PlanShape {
  id: string;
  name: string;
  included_usd: string;
  overage: "charged" | "refused";
  models: string[] | null;
  created_at: number;
  object: "tokenry.plan";
}

/** What holds. `chat_keep_days`: after a chat's last use, null = until its person deletes it. `legal_hold` is not built: nothing keeps a chat from being deleted. */
export interface PolicyShape {
  chat_keep_days: number | null;
  temporary_keep_days: number;
  training: "each_person" | "forbidden";
  legal_hold: "not_built";
  object: "tokenry.workspace_policy";
}

/** What a programme awards from: `cap` = `left` + `committed` + `granted` - `returned`. `promised`: what of `left` is offered to applicants who have not answered yet. */
export interface PoolShape {
  id: string;
  cap: number;
  left: number;
  committed: number;
  granted: number;
  returned: number;
  promised: number;
}

/** A programme. `revision` counts its changes; say it when you change it. */
export interface ProgrammeShape {
  id: string;
  name: string;
  unit: "tokens" | "usd";
  state: "closed" | "open";
  revision: number;
  terms: Terms;
  pool: PoolShape;
  created_at: number;
  changed_at: number;
  closed_at: number | null;
  object: "tokenry.programme";
}

/** That the project is closed to the group. */
export interface ProjectGroupDeleted {
  object: "project.group.deleted";
  deleted: true;
}

/** A group in a project, as OpenAI shows one, with the role its members have there. */
export interface ProjectGroupShape {
  group_id: string;
  group_name: string;
  project_id: string;
  role: string;
  created_at: number;
  group_type: "group";
  object: "project.group";
}

/** What a project says. */
export interface ProjectRetentionShape {
  type: "enhanced_modified_abuse_monitoring" | "enhanced_zero_data_retention" | "modified_abuse_monitoring" | "zero_data_retention" | "none" | "organization_default";
  object: "project.data_retention";
}

/** A project, as OpenAI shows one. Times are seconds since the epoch. */
export interface ProjectShape {
  id: string;
  name: string;
  created_at: number;
  archived_at: number | null;
  status: "active" | "archived";
  object: "organization.project";
  external_key_id: null;
}

/** A project's own bounds. `models_mode` `all`: it may use every model, and `models` is empty. `retention` null: as the organization says; `keeps_content`: what follows from that, whether anything may be kept. */
export interface ProjectTermsShape {
  project_id: string;
  models_mode: "all" | "allow_list" | "deny_list";
  models: string[];
  data_class: "confidential" | "internal" | "public";
  retention: string | null;
  keeps_content: boolean;
  object: "tokenry.project.terms";
}

/** Somebody's place in a project, as OpenAI shows one. */
export interface ProjectUserShape {
  id: string;
  name: string;
  email: string | null;
  role: string;
  added_at: number;
  object: "organization.project.user";
}

/** A prompt. `by` is who shares it, null for one's own; `placeholders` stand as `{{…}}` in its text. Times are seconds since the epoch. */
export interface PromptShape {
  id: string;
  name: string;
  title: string;
  text: string;
  placeholders: string[];
  shared: boolean;
  mine: boolean;
  by: string | null;
  created_at: number;
  updated_at: number;
  object: "tokenry.prompt";
}

/** Parts of the prompt's tokens. */
export interface PromptTokensDetails {
  cached_tokens: number | null;
  audio_tokens: number | null;
}

/** What folding every row again found. The books are sound when `breaches` is empty. Amounts are nano-USD. */
export interface ProofShape {
  ok: boolean;
  checked_at: number;
  rows: number;
  closed_rows: number;
  requests: number;
  issued_nanousd: number;
  charged_nanousd: number;
  available_nanousd: number;
  pending_nanousd: number;
  written_off_nanousd: number;
  breaches: BreachShape[];
  object: "tokenry.ledger_proof";
}

/** A provider's tokens: nano-USD per 1,000,000 of them, and the money there is for it. */
export interface Provider {
  type: "provider";
  name: string;
  nanousd_per_million: number;
  money: number;
  tokens_per_second: number | null;
  shares: Share[];
}

/** One line, as OpenAI shows it. */
export interface RateLimitShape {
  id: string;
  model: string;
  max_requests_per_1_minute: number;
  max_tokens_per_1_minute: number;
  object: "project.rate_limit";
}

/** What one meter costs: `usd` dollars per `per`, at a service tier, above so many tokens of input. */
export interface RateShape {
  meter: string;
  service_tier: string;
  above_tokens: number;
  usd: string;
  per: string;
}

/** A chat of the member's. */
export interface ReadChat {
  id: string;
  title: string;
  project_id: string;
  created_at: number;
  updated_at: number;
}

/** The member's chats, the newest used first; temporary ones are not among them. */
export interface ReadChats {
  data: ReadChat[];
  object: "list";
}

/** A message of a chat, on whichever branch. `files` says how many were attached. */
export interface ReadMessage {
  id: string;
  parent_id: string | null;
  role: string;
  text: string;
  model: string | null;
  files: number;
  created_at: number;
}

/** All messages of a chat, oldest first. */
export interface ReadMessages {
  data: ReadMessage[];
  object: "list";
}

/** Whether requests are taken, and why not. */
export interface Readiness {
  status: "ready" | "unavailable";
  checks: Checks;
  engines: Record<string, string>;
}

/** A file of the report, and where it is fetched. */
export interface ReportFileShape {
  name: string;
  bytes: number;
  path: string;
}

/** A report. `late`: it came after its day, or has not come and should have. */
export interface ReportShape {
  id: string;
  award_id: string;
  kind: "final" | "progress";
  number: number;
  due_at: number;
  late: boolean;
  state: "accepted" | "due" | "returned" | "submitted" | "waived";
  text: string | null;
  links: string[];
  submitted_by: string | null;
  submitted_at: number | null;
  decided_by: string | null;
  words: string | null;
  decided_at: number | null;
  object: "tokenry.award_report";
}

/** When awardees report: every so many days (None = never), and how long after the end the final report is due. */
export interface Reporting {
  every_days: number | null;
  final_within_days: number;
  final: boolean;
}

/** How many lines there are, and how many of them are done. */
export interface RequestCounts {
  total: number;
  completed: number;
  failed: number;
}

/** Everything about one request but its text, which is not kept. */
export interface RequestReceipt {
  object: "tokenry.receipt";
  id: string;
  at: string;
  organization_id: string;
  project_id: string;
  user_id: string | null;
  api_key_id: string;
  endpoint: string;
  model: string;
  downgraded_from: string | null;
  service_tier: string;
  purpose: string | null;
  stream: boolean;
  outcome: "client_gone" | "completed" | "crash" | "cut" | "engine_failed" | "refused" | "unavailable";
  status: number;
  estimated: boolean;
  usage: TokensUsed;
  charge_nanousd: number;
  charge_usd: string;
  charge_tokens: number;
  covered_nanousd: number;
  writeoff_tokens: number;
  writeoff_nanousd: number;
  cost_nanousd: number | null;
  price_version: string | null;
  lines: ChargeLine[];
  accounts: AccountShare[];
  bound: TokensBound;
  deployment: string | null;
  attempts: AttemptMade[];
  prompt_seen_by: string[];
  training: "consented" | "never";
  ttft_ms: number | null;
  duration_ms: number;
  energy_wh: string | null;
  energy_method: string;
}

/** One request in a line. Names are those of today; null for what is gone. A running one has no figures yet. */
export interface RequestShape {
  id: string;
  at: number;
  state: "client_gone" | "completed" | "crash" | "cut" | "engine_failed" | "refused" | "unavailable" | "running";
  status: number | null;
  endpoint: string;
  model: string;
  stream: boolean;
  project_id: string;
  project_name: string | null;
  user_id: string | null;
  user_name: string | null;
  api_key_id: string;
  api_key_name: string | null;
  deployment: string | null;
  input_tokens: number;
  output_tokens: number;
  charge_nanousd: number;
  charge_tokens: number;
  estimated: boolean;
  first_token_ms: number | null;
  duration_ms: number | null;
  object: "tokenry.request";
}

/** One page, newest first. `next` is the `cursor` of the page after it; a page may be short and go on. `detail_since`: earlier requests are no longer kept one by one, only their sums; null while all are. */
export interface RequestsShape {
  data: RequestShape[];
  has_more: boolean;
  next: string | null;
  detail_since: number | null;
  object: "list";
}

/** A response: what was made, and everything that was asked, with the defaults in force. */
export interface Response {
  id: string;
  object: "response";
  created_at: number;
  status: "cancelled" | "completed" | "failed" | "in_progress" | "incomplete" | "queued";
  background: boolean;
  completed_at: number | null;
  conversation: ConversationNamed | null;
  error: ResponseFailure | null;
  frequency_penalty: number;
  incomplete_details: IncompleteDetails | null;
  instructions: string | null;
  max_output_tokens: number | null;
  max_tool_calls: number | null;
  metadata: Record<string, string>;
  model: string;
  output: (Record<string, unknown>)[];
  parallel_tool_calls: boolean;
  presence_penalty: number;
  previous_response_id: string | null;
  prompt_cache_key: string | null;
  reasoning: Record<string, unknown>;
  safety_identifier: string | null;
  service_tier: string;
  store: boolean;
  temperature: number;
  text: Record<string, unknown>;
  tool_choice: string | Record<string, unknown>;
  tools: (Record<string, unknown>)[];
  top_logprobs: number;
  top_p: number;
  truncation: string;
  usage: ResponseUsage | null;
  user: string | null;
}

/** It is gone. */
export interface ResponseDeleted {
  id: string;
  object: "response";
  deleted: boolean;
}

/** Why a response failed. */
export interface ResponseFailure {
  code: string;
  message: string;
  param: string | null;
  type: string | null;
}

/** The tokens that are charged. */
export interface ResponseUsage {
  input_tokens: number;
  input_tokens_details: InputTokensDetails;
  output_tokens: number;
  output_tokens_details: OutputTokensDetails;
  total_tokens: number;
}

/** What an award may be drawn for; None = everything. Rates are of each award of its own. */
export interface Restrictions {
  models: string[] | null;
  endpoints: string[] | null;
  tiers: ("batch" | "default" | "flex" | "priority")[] | null;
  purposes: string[] | null;
  requests_per_minute: number | null;
  tokens_per_minute: number | null;
  on_exhaustion: "block" | "downgrade" | "low_priority";
  downgrade_to: string | null;
}

/** What the organization says. */
export interface RetentionShape {
  type: "enhanced_modified_abuse_monitoring" | "enhanced_zero_data_retention" | "modified_abuse_monitoring" | "zero_data_retention";
  object: "organization.data_retention";
}

/** A review that you are asked for. Title, applicant and project are there so that you can say whether you have a conflict of interest; `answers` are there once you have said that you have none. `draft` is what you kept and did not hand in. `supply` is what the award means for the pool; null in a list. */
export interface Review {
  id: string;
  state: "assigned" | "clear" | "conflict" | "declined" | "removed" | "scored";
  due_at: number;
  application_id: string;
  application_state: "accepted" | "approved" | "declined" | "draft" | "refused" | "returned" | "submitted" | "under_review" | "waitlisted" | "withdrawn";
  programme: string;
  applicant: PersonShape;
  project: string | null;
  title: string;
  tier: string;
  asked: number;
  unit: "tokens" | "usd";
  fields: Field[];
  answers: Record<string, unknown> | null;
  rubric: Criterion[];
  conflict: string | null;
  scores: Record<string, number> | null;
  score_percent: string | null;
  comment: string | null;
  words: string | null;
  draft: DraftShape | null;
  supply: Supply | null;
  object: "tokenry.review";
}

/** That a role was taken away. */
export interface RoleDeleted {
  object: string;
  deleted: true;
}

/** The group that a role was given to. */
export interface RoleGroup {
  id: string;
  name: string;
  created_at: number;
  scim_managed: false;
  object: "group";
}

/** A role, as OpenAI shows one. */
export interface RoleShape {
  id: string;
  name: string;
  description: string;
  permissions: string[];
  resource_type: "api.organization" | "api.project";
  predefined_role: true;
  object: "role";
}

/** Whose a role is. */
export interface RoleSource {
  principal_id: string;
  principal_type: "group" | "user";
}

/** The roots, and how they are signed: `number`, `key` and `sha256` are of the newest line of the log. */
export interface RootsShape {
  documents: TreeShape;
  bands: TreeShape | null;
  number: number | null;
  key: string | null;
  sha256: string | null;
  why: string | null;
}

/** What a panel thinks: the mean of its reviews' weighted scores. */
export interface ScoreShape {
  reviews: number;
  percent: string | null;
  criteria: CriterionShape[];
}

/** One page, the best first. `next` is what `after` of the next page takes, when `has_more`. */
export interface SearchPage {
  data: HitShape[];
  has_more: boolean;
  next: string | null;
  object: "list";
}

/** A provider that was sent the prompt: on the house's own machine, or elsewhere; and what makes tokens there. */
export interface SeenBy {
  provider: string;
  place: "house" | "provider";
  engine: string;
}

/** The question as it is kept, and the answer that is being made. */
export interface Sent {
  message: MessageShape;
  answer: MessageShape;
  object: "tokenry.chat.sent";
}

/** The same by stretch of time: one number for each of `starts`. */
export interface SeriesShape {
  requests: number[];
  failed: number[];
  refused: number[];
  input_tokens: number[];
  cached_tokens: number[];
  output_tokens: number[];
  charge_nanousd: number[];
  covered_nanousd: number[];
  award_tokens: number[];
}

/** Sessions that open, the newest used first. */
export interface SessionList {
  data: SessionShape[];
  object: "list";
}

/** A browser that somebody is signed in with. Times are seconds since the epoch. */
export interface SessionShape {
  id: string;
  method: string;
  agent: string | null;
  created_at: number;
  seen_at: number;
  expires_at: number;
  current: boolean;
  object: "tokenry.session";
}

/** How many sessions were ended. */
export interface SessionsEnded {
  deleted: number;
  object: "tokenry.sessions.deleted";
}

/** Sessions of the code interpreter. */
export interface SessionsUsage {
  num_sessions: number;
  project_id: string | null;
  object: "organization.usage.code_interpreter_sessions.result";
}

/** One file of a shard. */
export interface ShardFileShape {
  name: string;
  bytes: number;
  sha256: string;
}

/** What a trainer reads. */
export interface ShardShape {
  name: string;
  documents: number;
  tokens: number;
  files: ShardFileShape[];
}

/** One contributor's part in what stands behind a pool; parts are counted in `share`s of all. */
export interface Share {
  contributor: string;
  share: number;
}

/** A chat that a member shows: a page of it, oldest first. `next` is what `after` of the next page takes. */
export interface SharedChat {
  id: string;
  title: string;
  by: string;
  mine: boolean;
  shared_at: number;
  messages: ShownMessage[];
  has_more: boolean;
  next: string | null;
  object: "tokenry.shared_chat";
}

/** A message, as others see it. `files` says how many were attached; they stay with the author. */
export interface ShownMessage {
  id: string;
  role: "assistant" | "user";
  text: string;
  model: string | null;
  files: number;
  sources: CitedShape[];
  created_at: number;
}

/** What is charged: seconds of sound, or tokens where the engine counts those. */
export interface SoundUsed {
  type: "duration" | "tokens";
  seconds: number | null;
  input_tokens: number | null;
  output_tokens: number | null;
  total_tokens: number | null;
}

/** A passage that an answer may cite by its number. Args: number: from 1. page, line: from 1; of a table, its row. heading: those that it stands under. time_ms: of speech, from its beginning. */
export interface Source {
  number: number;
  file_id: string;
  file_name: string;
  passage_id: string;
  text: string;
  page: number | null;
  time_ms: number | null;
  line: number | null;
  heading: string | null;
}

/** The interval that holds four times out of five, and its middle; null = later than can be said. */
export interface SpanShape {
  low: number | null;
  middle: number | null;
  high: number | null;
}

/** Text that was spoken. */
export interface SpeechesUsage {
  project_id: string | null;
  user_id: string | null;
  api_key_id: string | null;
  model: string | null;
  num_model_requests: number;
  award_tokens: number;
  characters: number;
  object: "organization.usage.audio_speeches.result";
}

/** An amount of one month's spending at which somebody is told, as OpenAI shows one. In cents. */
export interface SpendAlert {
  id: string;
  currency: "USD";
  interval: "month";
  notification_channel: Channel;
  object: "organization.spend_alert" | "project.spend_alert";
  threshold_amount: number;
}

/** It tells nobody any more. */
export interface SpendAlertDeleted {
  id: string;
  deleted: boolean;
  object: "organization.spend_alert.deleted" | "project.spend_alert.deleted";
}

/** A limit on one month's spending, as OpenAI shows one. `threshold_amount` is in cents. */
export interface SpendLimit {
  currency: "USD";
  enforcement: Enforcement;
  interval: "month";
  object: "organization.spend_limit" | "project.spend_limit";
  threshold_amount: number;
}

/** It limits nothing any more. */
export interface SpendLimitDeleted {
  deleted: boolean;
  object: "organization.spend_limit.deleted" | "project.spend_limit.deleted";
}

/** What is left for your chats in a project: by its awards, and by every budget that counts them. Args: project_id: null when there is none that your chats can be charged to. left_nanousd: what could still be spent now; null when no award of dollars pays here. tightest: the budget with least left; null when none counts. */
export interface Standing {
  project_id: string | null;
  left_nanousd: number | null;
  tightest: BudgetShape | null;
  budgets: BudgetShape[];
  awards: AwardLeft[];
  object: "tokenry.standing";
}

/** Usage at one rate: `quantity` units of the meter at `rate` nano-USD per 1,000,000, which is `amount` nano-USD. Each request was rounded by itself, so the amount is a sum, not a product. The meter `correction` has no quantity: it says how much more, or less, past requests cost under that price version. */
export interface StatementLine {
  project_id: string;
  model: string;
  meter: string;
  price_version: string;
  rate: number;
  quantity: number;
  amount: number;
}

/** A statement as it was issued: of which month and place, what it came to, and its place in the chain. */
export interface StatementShape {
  id: string;
  organization_id: string;
  project_id: string | null;
  month: string;
  number: number;
  total_usd: string;
  total_nano_usd: number;
  hash: string;
  previous: string;
  issued_at: number;
  object: "tokenry.statement";
}

/** A chat completion as it was answered, with its metadata. */
export interface StoredChatCompletion {
  id: string;
  object: "chat.completion";
  created: number;
  model: string;
  choices: ChatChoice[];
  usage: CompletionUsage | null;
  system_fingerprint: string | null;
  service_tier: string | null;
  metadata: Record<string, string> | null;
}

/** One of the messages that an answer answers, with an id of its own. `content_parts` are those of a message that has parts; `content` is its text then. */
export interface StoredMessage {
  id: string;
  role: string;
  content: string | null;
  content_parts: (Record<string, unknown>)[] | null;
  name: string | null;
  tool_calls: (Record<string, unknown>)[] | null;
  tool_call_id: string | null;
}

/** Bytes in vector stores. */
export interface StoresUsage {
  usage_bytes: number;
  project_id: string | null;
  object: "organization.usage.vector_stores.result";
}

/** A subscription. `ends_at` None = until further notice. */
export interface SubscriptionShape {
  id: string;
  plan_id: string;
  project_id: string;
  begins_at: number;
  ends_at: number | null;
  object: "tokenry.subscription";
}

/** What an award means. None = nothing that stands behind the pool says. Args: amount, committed, deliverable: in the programme's unit; `committed` with this award and all that is promised and not yet used, `deliverable` within `days`. tokens: that it comes to. accelerator_seconds: of one accelerator. nanousd: that providers are paid. watt_hours: by `energy_method`. served_by: seconds since the epoch, when all that was promised before it has been served too. ratio_percent: committed by deliverable, rounded up. contributors: who stands for how much of it; the parts sum up to `amount`. */
export interface Supply {
  unit: "tokens" | "usd";
  amount: number;
  days: number;
  tokens: number | null;
  accelerator_seconds: number | null;
  nanousd: number | null;
  watt_hours: number | null;
  energy_method: string | null;
  served_by: number | null;
  committed: number;
  deliverable: number;
  ratio_percent: number | null;
  contributors: TokenryProgrammesAwardsSupplyPart[];
}

/** What an award means, and in `words`. `reason_needed`: its decision needs a reason, by the programme's policy. */
export interface SupplyShape {
  supply: Supply;
  words: string[];
  reason_needed: boolean;
  object: "tokenry.award_supply";
}

/** What a programme can begin with. */
export interface TemplateShape {
  id: string;
  label: string;
  unit: "tokens" | "usd";
  cap: number;
  terms: Terms;
  object: "tokenry.programme_template";
}

/** A word or phrase, and what it becomes. */
export interface Term {
  term: string;
  translation: string;
}

/** All that a programme says. `ratio_max_percent`: committed ÷ deliverable above which a decision needs a reason. `review_within_days`: how long a reviewer has; `accept_within_days`: how long an offer holds. `applications_max`: of one person in one call. */
export interface Terms {
  about: string;
  tiers: Tier[];
  fields: Field[];
  rubric: Criterion[];
  conditions: string;
  acknowledgement: string;
  weights: TokenWeights | null;
  restrictions: Restrictions;
  reporting: Reporting;
  tranches: Tranches;
  backing: (Fleet | Provider)[];
  ratio_max_percent: number;
  review_within_days: number;
  accept_within_days: number;
  applications_max: number;
  public: boolean;
}

/** One of the answers. */
export interface TextChoice {
  index: number;
  text: string;
  finish_reason: string | null;
  logprobs: Record<string, unknown> | null;
}

/** A text answer; each event of its stream has the same shape. */
export interface TextCompletion {
  id: string;
  object: "text_completion";
  created: number;
  model: string;
  choices: TextChoice[];
  usage: CompletionUsage | null;
  system_fingerprint: string | null;
}

/** Parts of the output's tokens. */
export interface ThinkingTokens {
  thinking_tokens: number;
}

/** How much may be asked for, and for how long. `reviews`: how many scores it takes before a decision. */
export interface Tier {
  name: string;
  amount_max: number;
  days: number;
  reviews: number;
  about: string;
}

/** The tokens of a prompt. */
export interface TokenCount {
  input_tokens: number;
}

/** Usage that awards of tokens paid: `quantity` units of the meter, for which `drawn` tokens were drawn. `amount` is what it would have cost, nano-USD; nobody was charged it. Of a request that dollars paid in part each line is divided as its price was; a model without a price has rate and amount 0. */
export interface TokenLine {
  project_id: string;
  model: string;
  meter: string;
  price_version: string;
  rate: number;
  quantity: number;
  amount: number;
  drawn: number;
}

/** How many of an award's tokens one token of a class takes, in thousandths; 1000 = one for one. */
export interface TokenWeights {
  input: number;
  cached_input: number;
  cache_write: number;
  output: number;
  reasoning: number;
}

/** The most tokens the request could use, by which funds were held. */
export interface TokensBound {
  input_tokens: number;
  output_tokens: number;
  audio_seconds: number;
}

/** What awards of tokens paid in the month. `drawn`, `written_off`, `opening` and `closing` are tokens; `covered` is the price of it, nano-USD. `written_off` are tokens of models without a price that nobody paid for. */
export interface TokensMonth {
  lines: TokenLine[];
  awards: AwardMonth[];
  drawn: number;
  covered: number;
  written_off: number;
  opening: number;
  closing: number;
}

/** The tokens of one request. */
export interface TokensUsed {
  input_tokens: number;
  input_tokens_details: TokenryApiReceiptsInputDetails;
  output_tokens: number;
  output_tokens_details: TokenryApiReceiptsOutputDetails;
  total_tokens: number;
  counted_by: "engine" | "estimate" | "events" | "none" | "tokenizer";
  audio_seconds: number;
}

/** One call that the model wants made. In a stream it comes in pieces that share an `index`. */
export interface ToolCall {
  id: string | null;
  type: string | null;
  function: CalledFunction | null;
  index: number | null;
}

/** A project of one's own. `training` says whether one may consent there at all. */
export interface TrainingProject {
  project_id: string;
  name: string;
  training: "each_person" | "forbidden";
  consents: boolean;
}

/** A training set in a list. Facts are null unless it is `finished`; `fault` says why it is `unreadable`. `signature`: `good` = the newest root is of this manifest; `older` = of one before. `report`: `current` = of this set, `older` = of the set as it was. */
export interface TrainingSetShape {
  id: string;
  name: string;
  state: "finished" | "unfinished" | "unreadable";
  fault: string | null;
  finished_at: number | null;
  preset: string | null;
  tokenizer: string | null;
  documents_read: number | null;
  documents_kept: number | null;
  documents_dropped: number | null;
  tokens: number | null;
  shards: number | null;
  signature: "broken" | "good" | "none" | "older" | null;
  report: "current" | "none" | "older" | "unreadable" | null;
  object: "tokenry.training_set";
}

/** What a project says of training, and what holds there: the stricter of its own word and the organization's. */
export interface TrainingShape {
  training: "each_person" | "forbidden";
  holds: "each_person" | "forbidden";
  object: "tokenry.project_training";
}

/** A part of an award. `due_at` null = it waits for the report `report_id` to be accepted. */
export interface TrancheShape {
  id: string;
  award_id: string;
  number: number;
  amount: number;
  due_at: number | null;
  report_id: string | null;
  state: "cancelled" | "released" | "releasing" | "waiting";
  released_at: number | null;
  object: "tokenry.award_tranche";
}

/** How an award is handed out: in so many equal parts, each after so many days or with an accepted report. */
export interface Tranches {
  count: number;
  released_by: "date" | "report";
  every_days: number;
}

/** What was heard. `verbose_json` has the rest. */
export interface Transcript {
  text: string;
  usage: SoundUsed | null;
  task: string | null;
  language: string | null;
  duration: number | null;
  segments: (Record<string, unknown>)[] | null;
  words: (Record<string, unknown>)[] | null;
}

/** Sound that was written down. */
export interface TranscriptionsUsage {
  project_id: string | null;
  user_id: string | null;
  api_key_id: string | null;
  model: string | null;
  num_model_requests: number;
  award_tokens: number;
  seconds: number;
  object: "organization.usage.audio_transcriptions.result";
}

/** A root over sorted leaves, and how many there are. */
export interface TreeShape {
  root: string;
  size: number;
}

/** `issued` = `spent` + `held` + `left` + `returned` + `expired`; `committed` is promised beside it. */
export interface UnitsShape {
  issued: number;
  committed: number;
  held: number;
  spent: number;
  left: number;
  returned: number;
  expired: number;
}

/** An upload. Times are seconds since the epoch; `bytes` is what was declared; `file` is what it has become. */
export interface UploadObject {
  id: string;
  bytes: number;
  created_at: number;
  expires_at: number;
  filename: string;
  purpose: string;
  mime_type: string;
  status: "cancelled" | "completed" | "expired" | "pending";
  object: "upload";
  file: FileObject | null;
}

/** One part of an upload. */
export interface UploadPart {
  id: string;
  created_at: number;
  upload_id: string;
  object: "upload.part";
}

/** A programme's awards and the sums over them. Amounts are whole units: tokens, or nano-USD. */
export interface UptakeShape {
  programme_id: string;
  name: string;
  unit: string;
  cap: number;
  left: number;
  granted: number;
  drawn: number;
  percent: number;
  living: number;
  idle: number;
  unused: number;
  cost_usd: string | null;
  data: UseShape[];
  object: "tokenry.programme.uptake";
}

/** One model, project, member, key, endpoint or tier. `name`: what people call it; null when nobody is called so. `within`: the project that a key is of, since keys of several may bear one name. */
export interface UsageGroupShape {
  id: string;
  name: string | null;
  within: string | null;
  figures: FiguresShape;
  series: SeriesShape;
}

/** All groups that do not stand alone, together. */
export interface UsageRestShape {
  groups: number;
  figures: FiguresShape;
  series: SeriesShape;
}

/** One award: what it was given, what became of it, and what providers asked for that (null = unknown). */
export interface UseShape {
  award_id: string;
  name: string;
  project: string;
  tier: string;
  state: string;
  granted: number;
  drawn: number;
  held: number;
  left: number;
  requests: number;
  percent: number;
  idle_days: number | null;
  idle: boolean;
  cost_usd: string | null;
  energy_wh: string | null;
  outlook: string;
  begins_at: number;
  ends_at: number;
}

/** The person themselves, whatever organizations they are in. */
export interface UserPerson {
  id: string;
  name: string;
  email: string | null;
  enabled: boolean;
  banned: boolean;
  banned_at: number | null;
  object: "user";
}

/** A project that somebody has a role of their own in. */
export interface UserProject {
  id: string;
  name: string;
  role: string;
}

/** All of them. */
export interface UserProjects {
  data: UserProject[];
  object: "list";
}

/** Somebody's role now. */
export interface UserRole {
  role: RoleShape;
  user: UserShape;
  object: "user.role";
}

/** Somebody's place in the organization, as OpenAI shows one. `role` is one of ours; times are in seconds. */
export interface UserShape {
  id: string;
  name: string;
  email: string | null;
  role: string;
  added_at: number;
  created: number;
  disabled_at: number | null;
  projects: UserProjects;
  user: UserPerson;
  is_service_account: false;
  is_scim_managed: false;
  object: "organization.user";
}

/** The vector of one input. */
export interface Vector {
  object: "embedding";
  index: number;
  embedding: number[] | string;
}

/** Whether each row follows from the one before it. `rows`: how many of your organization's were looked at. `whole`: from the very first one on; else the newest. `broken_at`: the number of the first that does not follow. */
export interface Verification {
  ok: boolean;
  whole: boolean;
  rows: number;
  first_at: number | null;
  last_at: number | null;
  last_hash: string | null;
  broken_at: number | null;
  checked_at: number;
  object: "tokenry.audit_verification";
}

/** A version of the price book. `status`: how it stands now; `correction` = past requests were put right by it. */
export interface VersionShape {
  id: string;
  effective_from: number;
  status: "announced" | "correction" | "in_force" | "past";
  models: ModelPriceShape[];
  object: "tokenry.price_version";
}

/** Searches in the web. */
export interface WebSearchesUsage {
  project_id: string | null;
  user_id: string | null;
  api_key_id: string | null;
  model: string | null;
  num_model_requests: number;
  award_tokens: number;
  num_requests: number;
  context_level: string | null;
  api_source: string | null;
  object: "organization.usage.web_searches.result";
}

/** A webhook. `types` null = every type of news. Times are seconds since the epoch. */
export interface WebhookShape {
  id: string;
  url: string;
  types: string[] | null;
  enabled: boolean;
  created_at: number;
  object: "tokenry.webhook";
}

/** A webhook with the secret that signs for it, shown this once. */
export interface WebhookWithSecret {
  id: string;
  url: string;
  types: string[] | null;
  enabled: boolean;
  created_at: number;
  object: "tokenry.webhook";
  secret: string;
}

/** An award with all that belongs to it. `closing` is what has to be done before it is closed. */
export interface WholeAward {
  id: string;
  name: string;
  programme_id: string;
  programme: string;
  project_id: string;
  project: string;
  application_id: string | null;
  renews: string | null;
  awardee_id: string | null;
  awardee: string | null;
  unit: "tokens" | "usd";
  status: "active" | "closed" | "closing" | "exhausted" | "expired" | "granting" | "scheduled" | "suspended";
  amount: number;
  units: UnitsShape | null;
  terms: AwardTerms;
  begins_at: number;
  ends_at: number;
  created_at: number;
  changed_at: number;
  closed_at: number | null;
  object: "tokenry.award";
  tranches: TrancheShape[];
  reports: ReportShape[];
  amendments: AmendmentShape[];
  closing: ItemShape[];
}

/** A consent that stands no longer. `document_ids` left under it and are to be taken out again. */
export interface WithdrawnShape {
  consent_id: string;
  taker: string;
  withdrawn_at: number;
  document_ids: string[];
  object: "tokenry.training_withdrawal";
}

/** A file. `kind` and `mime` are by its content, null until it was looked at. `error` and `note` are words for people: why it cannot be read, and what holds of it although it can. `found_by`: how its passages are found; null when it has none. Times are seconds since the epoch, `size` is bytes. */
export interface WorkspaceFileShape {
  id: string;
  name: string;
  kind: string | null;
  mime: string | null;
  size: number;
  state: "failed" | "reading" | "ready";
  error: string | null;
  note: string | null;
  pages: number | null;
  characters: number | null;
  found_by: "words" | "words_and_meaning" | null;
  chat_id: string | null;
  folder_id: string | null;
  assistant_id: string | null;
  created_at: number;
  expires_at: number | null;
  object: "tokenry.workspace_file";
}

/** What the house bore of the price of a model, nano-USD. */
export interface WrittenOff {
  project_id: string;
  model: string;
  amount: number;
}

/** What was done to an award. `state` is the award's after it; `details` are ids and amounts. */
export interface TokenryApiAwardsShapesStepShape {
  id: string;
  step: string;
  state: string;
  actor_id: string;
  words: string | null;
  details: Record<string, unknown>;
  at: number;
  object: "tokenry.award_step";
}

/** Input tokens of a kind. */
export interface TokenryApiBatchesShownInputDetails {
  cached_tokens: number;
}

/** Output tokens of a kind. */
export interface TokenryApiBatchesShownOutputDetails {
  reasoning_tokens: number;
}

/** A step in an application's life. `by`: the applicant, or the programme's officers. */
export interface TokenryApiProgrammesShapesStepShape {
  step: string;
  state: string;
  by: "applicant" | "officer";
  actor_id: string | null;
  words: string | null;
  at: number;
}

/** Parts of the input tokens: read from the engine's cache, and written into it. */
export interface TokenryApiReceiptsInputDetails {
  cached_tokens: number;
  cache_write_tokens: number;
}

/** Parts of the output tokens. */
export interface TokenryApiReceiptsOutputDetails {
  reasoning_tokens: number;
}

/** How many documents and tokens of a set something has. */
export interface TokenryApiTrainingSetsShapesShareShape {
  name: string;
  documents: number;
  tokens: number;
}

/** One rule of the funnel: documents that it dropped, that were left, and about how many tokens those had. */
export interface TokenryApiTrainingSetsShapesStepShape {
  stage: string;
  rule: string;
  dropped: number;
  left: number;
  tokens_left: number | null;
}

/** What one shows. The link is `/shared/` and its id, for members of the organization who signed in. */
export interface TokenryApiWorkspaceSharesShareShape {
  id: string;
  chat_id: string;
  message_id: string;
  title: string;
  created_at: number;
  object: "tokenry.share";
}

/** One month of one place. Amounts are nano-USD; `project_id` None = the organization, over all its projects. `usage` is what the lines of usage come to, `corrections` those of corrections; less `written_off` that is `total`, which awards of dollars paid. `borne` is what the house bore beside it, when a crash forgot what was used. What awards of tokens paid stands in `tokens`, which is left out where there are none. */
export interface TokenryLedgerStatementsStatementStatement {
  organization_id: string;
  project_id: string | null;
  month: string;
  number: number;
  previous: string;
  requests: number;
  input_tokens: number;
  output_tokens: number;
  lines: StatementLine[];
  written_offs: WrittenOff[];
  awards: AwardMonth[];
  usage: number;
  corrections: number;
  written_off: number;
  total: number;
  borne: number;
  opening: number;
  closing: number;
  currency: "USD";
  unit: "nano-USD";
  format: "tokenry-statement-1";
  tokens?: TokensMonth;
}

/** What one contributor stands for, in the award's unit. */
export interface TokenryProgrammesAwardsSupplyPart {
  contributor: string;
  amount: number;
}

/** What is signed. Times are RFC 3339, UTC. Args: edition: 1, and one more each time that it was signed anew, under another name or with another key. organization: as it is called; organization_id: what stays when it is called something else. threshold_tokens: that it has processed, input and output together. reached_at: when the request was settled that reached it, or that found it reached. request_sha256: of that request's id, so that whoever holds its receipt can show that it was theirs. ledger_position: of its settlement in the ledger's journal; 0 = its row was no longer kept. key_id: which key signs (a thumbprint, RFC 7638). */
export interface TokenryProgrammesCertificatesStatementStatement {
  type: "tokenry.milestone";
  version: 1;
  id: string;
  edition: number;
  issuer: string;
  organization: string;
  organization_id: string;
  threshold_tokens: number;
  reached_at: string;
  issued_at: string;
  request_sha256: string;
  ledger_position: number;
  key_id: string;
}

/** The `terms_hash` that the application shows: exactly these terms are accepted. */
export interface Accept {
  terms_hash: string;
}

/** A new lot of `usd` dollars; `expires_at` in seconds since the epoch, absent = open-ended. */
export interface AddCredit {
  project_id: string;
  usd: string;
  category?: "promotional" | "purchased";
  name?: string;
  expires_at?: number | null;
}

/** A member of the organization. */
export interface AddGroupUser {
  user_id: string;
}

/** A group of the organization, and the role its members get in the project. */
export interface AddProjectGroup {
  group_id: string;
  role: string;
}

/** A choice of the tools. */
export interface AllowedTools {
  mode?: string | null;
  tools?: ToolRef[] | null;
}

/** A change of an award. A `supplement` or a `withdrawal` is of an `amount`, a `transfer` of an `amount` to another award of the project, an `extension` to a later end, `until` (seconds since the epoch). */
export interface Amend {
  kind: "extension" | "supplement" | "transfer" | "withdrawal";
  reason: string;
  amount?: number | null;
  other_award_id?: string | null;
  until?: number | null;
}

/** How the answer is to be made; what is not said is as in the chat. */
export interface AnswerAgain {
  model?: string | null;
  parameters?: ParametersAsked | null;
}

/** For which budget, how much, and why. */
export interface Ask {
  budget_id: string;
  limit_usd: string;
  reason: string;
}

/** Who is asked. */
export interface Assign {
  reviewer_id: string;
}

/** A role, by its id or name. */
export interface AssignRole {
  role_id: string;
}

/** `revision` is the one you read; without it, whichever there is. */
export interface AtRevision {
  revision?: number | null;
}

/** As `Terms`. A smaller `priority` is drawn first of awards that end together. */
export interface AwardTermsAsked {
  restrictions?: RestrictionsAsked;
  weights?: TokenWeightsAsked | null;
  reporting?: ReportingAsked;
  tranches?: TranchesAsked;
  conditions?: string;
  acknowledgement?: string;
  tier?: string | null;
  priority?: number;
}

/** What shall be otherwise. */
export interface ChangeCall {
  name?: string | null;
  opens_at?: number | null;
  closes_at?: number | null;
}

/** What shall be otherwise. `terms` replace all terms; `revision` is the one you read. */
export interface ChangeProgramme {
  name?: string | null;
  terms?: TermsAsked | null;
  revision?: number | null;
}

/** Who is told, by e-mail. */
export interface ChannelAsked {
  recipients: string[];
  type: "email";
  subject_prefix?: string | null;
}

/** A chat completion's request. Members that are not named here pass through to the engine as they are. */
export interface Chat {
  model: string;
  stream?: boolean | null;
  service_tier?: "auto" | "default" | "flex" | "priority" | "batch" | null;
  stream_options?: TokenryApiOpenaiFieldsStreamOptions | null;
  max_tokens?: number | null;
  n?: number | null;
  temperature?: number | null;
  top_p?: number | null;
  presence_penalty?: number | null;
  frequency_penalty?: number | null;
  seed?: number | null;
  stop?: string | string[] | null;
  user?: string | null;
  logit_bias?: Record<string, number> | null;
  messages: Message[];
  max_completion_tokens?: number | null;
  tools?: Tool[] | null;
  tool_choice?: string | ToolChoice | null;
  response_format?: Record<string, unknown> | null;
  modalities?: "text"[] | null;
  prediction?: Record<string, unknown> | null;
  store?: boolean | null;
  metadata?: Record<string, unknown> | null;
  logprobs?: boolean | null;
  top_logprobs?: number | null;
}

/** What is to be made short. */
export interface CompactAsked {
  model: string;
  input?: string | (Record<string, unknown>)[] | null;
  instructions?: string | null;
  previous_response_id?: string | null;
  conversation?: string | ConversationRef | null;
  tools?: (Record<string, unknown>)[] | null;
  tool_choice?: string | Record<string, unknown> | null;
  parallel_tool_calls?: boolean | null;
  reasoning?: Reasoning | null;
  text?: TextOptions | null;
  truncation?: "auto" | "disabled" | null;
  service_tier?: string | null;
  prompt_cache_key?: string | null;
}

/** Which parts make the file, in order; `md5` of it all, in hexadecimal, is compared when it is there. */
export interface CompleteUpload {
  part_ids: string[];
  md5?: string | null;
}

/** A text completion's request. Members that are not named here pass through to the engine as they are. */
export interface Completion {
  model: string;
  stream?: boolean | null;
  service_tier?: "auto" | "default" | "flex" | "priority" | "batch" | null;
  stream_options?: TokenryApiOpenaiFieldsStreamOptions | null;
  max_tokens?: number | null;
  n?: number | null;
  temperature?: number | null;
  top_p?: number | null;
  presence_penalty?: number | null;
  frequency_penalty?: number | null;
  seed?: number | null;
  stop?: string | string[] | null;
  user?: string | null;
  logit_bias?: Record<string, number> | null;
  prompt: string | (string | number | number[])[];
  best_of?: number | null;
  logprobs?: number | null;
  echo?: boolean | null;
}

/** Other metadata, in place of what there was. */
export interface CompletionUpdate {
  metadata: Record<string, string> | null;
}

/** One block of a message's content; what else it has depends on its type. */
export interface ContentBlock {
  type: string;
}

/** A conversation, by its id. */
export interface ConversationRef {
  id: string;
}

/** What a conversation's metadata becomes. */
export interface ConversationUpdate {
  metadata: Record<string, string>;
}

/** What is to be counted: as for a response. */
export interface CountAsked {
  model: string;
  input?: string | (Record<string, unknown>)[] | null;
  instructions?: string | null;
  previous_response_id?: string | null;
  conversation?: string | ConversationRef | null;
  tools?: (Record<string, unknown>)[] | null;
  tool_choice?: string | Record<string, unknown> | null;
  parallel_tool_calls?: boolean | null;
  reasoning?: Reasoning | null;
  text?: TextOptions | null;
  truncation?: "auto" | "disabled" | null;
}

/** A request to count the tokens of a prompt. */
export interface CountTokens {
  model: string;
  messages: MessageTurn[];
  system?: string | SystemText[] | null;
  tools?: OfferedTool[] | null;
  tool_choice?: ToolWish | null;
  thinking?: ThinkingWish | null;
  output_config?: OutputConfig | null;
  output_format?: OutputFormat | null;
}

/** A new draft in an open call. */
export interface Create {
  tier: string;
  title: string;
  asked: number;
  answers?: Record<string, unknown>;
  project_id?: string | null;
  renews?: string | null;
  call_id: string;
}

/** A new service account. Its first key is made at once, unless `create_service_account_only`. */
export interface CreateAccount {
  name: string;
  create_service_account_only?: boolean | null;
  expires_in_seconds?: number | null;
}

/** A further key; it is called as the account unless named. */
export interface CreateAccountKey {
  name?: string | null;
  expires_in_seconds?: number | null;
  scopes?: string[] | null;
}

/** A new admin key; without `expires_in_seconds` it stays. */
export interface CreateAdminKey {
  name: string;
  expires_in_seconds?: number | null;
}

/** A new assistant. `language` and `glossary` are what a translation goes by; `shared` shows it to every member. */
export interface CreateAssistant {
  name: string;
  kind?: "call_notes" | "chat" | "translation";
  description?: string | null;
  instructions?: string | null;
  model?: string | null;
  parameters?: ParametersAsked;
  language?: string | null;
  glossary?: TermAsked[];
  shared?: boolean;
}

/** An award made directly: to a project, or to an awardee, who gets one. `begins_at` and `ends_at` in seconds since the epoch; now, and as long as the tier says, when absent. `terms`: the programme's, handed out at once, when absent. `reason`: why more is promised than the programme's policy allows. */
export interface CreateAward {
  programme_id: string;
  amount: number;
  name?: string | null;
  project_id?: string | null;
  awardee_id?: string | null;
  tier?: string | null;
  renews?: string | null;
  begins_at?: number | null;
  ends_at?: number | null;
  terms?: AwardTermsAsked | null;
  reason?: string | null;
}

/** A new budget. `scope_id` `*` in the scope `user` is a default: each member has as much of their own. */
export interface CreateBudget {
  scope: "group" | "key" | "organization" | "project" | "user";
  scope_id: string;
  limit_usd: string;
  window?: "day" | "month" | "total" | "week";
  hard?: boolean;
  model?: string | null;
  timezone?: string | null;
  thresholds?: number[] | null;
}

/** A new chat. Without a project it is charged to the first of yours; without a model it begins with the house's first. A temporary one is never searched and ends by itself. */
export interface CreateChat {
  project_id?: string | null;
  model?: string | null;
  folder_id?: string | null;
  assistant_id?: string | null;
  system?: string | null;
  parameters?: ParametersAsked | null;
  temporary?: boolean;
  title?: string | null;
}

/** A new folder. `instructions` are said to the model before every chat in it. */
export interface CreateFolder {
  name: string;
  instructions?: string | null;
}

/** A new group; with `parent_id` its members are in that one too. */
export interface CreateGroup {
  name: string;
  parent_id?: string | null;
}

/** Who is invited, as what: one of our roles, or OpenAI's `reader`, which is our member. */
export interface CreateInvite {
  email: string;
  role: string;
  projects?: InviteProjectAsked[] | null;
}

/** A new key. It lives until it is revoked, unless it ends after so many seconds; `models` are the only ones it may ask, null = all that the project may. */
export interface CreateOwnKey {
  name: string;
  expires_in_seconds?: number | null;
  models?: string[] | null;
}

/** A new plan. */
export interface CreatePlan {
  name: string;
  included_usd: string;
  overage?: "charged" | "refused";
  models?: string[] | null;
}

/** A new programme: from a template, or with a unit and terms of its own; `terms` replace the template's whole. */
export interface CreateProgramme {
  name: string;
  template?: string | null;
  unit?: "tokens" | "usd" | null;
  terms?: TermsAsked | null;
  cap?: number | null;
}

/** A new project. */
export interface CreateProject {
  name: string;
}

/** Who gets which role; they are named by id or by address. */
export interface CreateProjectUser {
  role: string;
  user_id?: string | null;
  email?: string | null;
}

/** A new prompt. `name` is typed behind a slash; `shared` shows it to everybody in the organization. */
export interface CreatePrompt {
  name: string;
  text: string;
  title?: string;
  shared?: boolean;
}

/** A request for a response. Members that are not named here pass through to the engine as they are. */
export interface CreateResponse {
  model: string;
  input?: string | (Record<string, unknown>)[] | null;
  instructions?: string | null;
  previous_response_id?: string | null;
  conversation?: string | ConversationRef | null;
  tools?: (Record<string, unknown>)[] | null;
  tool_choice?: string | Record<string, unknown> | null;
  parallel_tool_calls?: boolean | null;
  reasoning?: Reasoning | null;
  text?: TextOptions | null;
  truncation?: "auto" | "disabled" | null;
  stream?: boolean | null;
  stream_options?: TokenryApiResponsesFieldsStreamOptions | null;
  max_output_tokens?: number | null;
  max_tool_calls?: number | null;
  temperature?: number | null;
  top_p?: number | null;
  top_logprobs?: number | null;
  include?: string[] | null;
  store?: boolean | null;
  background?: boolean | null;
  metadata?: Record<string, string> | null;
  service_tier?: string | null;
  safety_identifier?: string | null;
  prompt_cache_key?: string | null;
  user?: string | null;
  prompt?: Record<string, unknown> | null;
  moderation?: Record<string, unknown> | null;
  context_management?: (Record<string, unknown>)[] | null;
}

/** A new webhook: where it lies, and which news it wants; all when not said. */
export interface CreateWebhook {
  url: string;
  types?: string[] | null;
}

/** One line of the rubric: whole points from 0 to `points_max`, which count `weight` times. */
export interface CriterionAsked {
  id: string;
  label: string;
  points_max?: number;
  weight?: number;
  help?: string;
}

/** Whether there is a conflict of interest, and which; `words` are for the officers. */
export interface Declare {
  conflict: boolean;
  words?: string | null;
}

/** Words for whoever asked. */
export interface Deny {
  note?: string | null;
}

/** A draft anew. `revision` is the one you read. */
export interface Edit {
  tier: string;
  title: string;
  asked: number;
  answers?: Record<string, unknown>;
  project_id?: string | null;
  renews?: string | null;
  revision: number;
}

/** An embeddings request. Members that are not named here pass through to the engine as they are. */
export interface Embedding {
  model: string;
  input: string | (string | number | number[])[];
  encoding_format?: "base64" | "float" | null;
  dimensions?: number | null;
  service_tier?: "auto" | "default" | "flex" | "priority" | "batch" | null;
  user?: string | null;
}

/** `confirm` repeats the person's id: there is no way back. */
export interface ErasePerson {
  confirm: string;
}

/** When a file is deleted by itself: so many seconds after it was made, an hour to 30 days. */
export interface ExpiresAfter {
  anchor: "created_at";
  seconds: number;
}

/** A question on the application's form. `choices` are the answers to a `choice`; `words_max` bounds a `text` or a `long_text`, None = no bound. */
export interface FieldAsked {
  id: string;
  label: string;
  kind?: "choice" | "long_text" | "number" | "text" | "url" | "yes_no";
  required?: boolean;
  choices?: string[];
  help?: string;
  words_max?: number | null;
}

/** Machines: how many accelerators, at how many tokens a second each, and where that rate was measured. `power_w` is what one draws at work, None when unknown; `available_percent` of the time they are the programme's. */
export interface FleetAsked {
  type: "fleet";
  accelerators: number;
  tokens_per_second: number;
  measured: string;
  power_w?: number | null;
  available_percent?: number;
  shares?: ShareAsked[];
}

/** Who (`reader_id`) may read whose (`user_id`) chats, why, and for how many days. The member reads the reason. */
export interface GiveLeave {
  user_id: string;
  reader_id: string;
  reason: string;
  days?: number;
}

/** A project that an invite opens, and the role there. */
export interface InviteProjectAsked {
  id: string;
  role: string;
}

/** What there is so far: points for some criteria, a comment for the panel, words for the applicant. */
export interface Keep {
  scores?: Record<string, number>;
  comment?: string | null;
  words?: string | null;
}

/** Who shall chat again. */
export interface LetChat {
  user_id: string;
}

/** Why, if there is something to say; whoever has the award can read it. */
export interface MaybeReason {
  reason?: string | null;
}

/** One message of the conversation. Further members pass through. */
export interface Message {
  role: string;
  content?: string | TokenryApiOpenaiFieldsPart[] | null;
}

/** About the request. */
export interface MessageMetadata {
  user_id?: string | null;
}

/** One message of the conversation. */
export interface MessageTurn {
  role: "assistant" | "system" | "user";
  content?: string | ContentBlock[];
}

/** A request for the next message. Members that are not named here are passed over, but for engines that speak this API, which get them as they are. */
export interface Messages {
  model: string;
  messages: MessageTurn[];
  system?: string | SystemText[] | null;
  tools?: OfferedTool[] | null;
  tool_choice?: ToolWish | null;
  thinking?: ThinkingWish | null;
  output_config?: OutputConfig | null;
  output_format?: OutputFormat | null;
  max_tokens: number;
  stream?: boolean | null;
  stop_sequences?: string[] | null;
  temperature?: number | null;
  top_k?: number | null;
  top_p?: number | null;
  metadata?: MessageMetadata | null;
  service_tier?: "auto" | "standard_only" | null;
}

/** A moderation's request. Members that are not named here pass through to the engine as they are. */
export interface Moderation {
  input: string | (string | TokenryApiOpenaiFieldsPart)[];
  model?: string | null;
}

/** Any message of the chat: the branch through it is shown, down to the newest message below it. */
export interface MoveHead {
  message_id: string;
}

/** Something meant by its name. */
export interface Named {
  name?: string | null;
}

/** What a batch is to be. `output_expires_after` is about the files that it leaves. */
export interface NewBatchBody {
  input_file_id: string;
  endpoint: string;
  completion_window: "24h";
  metadata?: Record<string, string> | null;
  output_expires_after?: ExpiresAfter | null;
}

/** What a conversation begins with. */
export interface NewConversation {
  metadata?: Record<string, string> | null;
  items?: (Record<string, unknown>)[] | null;
}

/** Items to be appended. */
export interface NewItems {
  items: (Record<string, unknown>)[];
}

/** What a device made: a PublicKeyCredential as its `toJSON` has it; and how the person calls it. */
export interface NewPasskey {
  name: string;
  credential: Record<string, unknown>;
}

/** A file that shall come in parts: how many bytes it has, what it is called and what it is. */
export interface NewUploadBody {
  bytes: number;
  filename: string;
  mime_type: string;
  purpose: "assistants" | "batch" | "evals" | "fine-tune" | "user_data" | "vision";
  expires_after?: ExpiresAfter | null;
}

/** Words for the applicant. */
export interface OfferAgain {
  words?: string | null;
}

/** A tool the model may call. */
export interface OfferedTool {
  name?: string | null;
  type?: string | null;
  description?: string | null;
  input_schema?: Record<string, unknown> | null;
  strict?: boolean | null;
  defer_loading?: boolean | null;
}

/** A new call. It opens now unless said, and closes 90 days later. Seconds since the epoch. */
export interface OpenCall {
  name: string;
  opens_at?: number | null;
  closes_at?: number | null;
}

/** How the answer is to be. */
export interface OutputConfig {
  effort?: "high" | "low" | "max" | "medium" | "xhigh" | null;
  format?: OutputFormat | null;
}

/** The form that an answer must have. */
export interface OutputFormat {
  schema: Record<string, unknown>;
  type?: "json_schema";
}

/** What is chosen; what is not named is the model's own. */
export interface ParametersAsked {
  temperature?: number | null;
  top_p?: number | null;
  max_output_tokens?: number | null;
  reasoning_effort?: "high" | "low" | "medium" | "minimal" | "none" | "xhigh" | null;
}

/** A provider's tokens: nano-USD per 1,000,000 of them, and the money there is for it. */
export interface ProviderAsked {
  type: "provider";
  name: string;
  nanousd_per_million: number;
  money: number;
  tokens_per_second?: number | null;
  shares?: ShareAsked[];
}

/** Why; whoever has the award can read it. */
export interface Reason {
  reason: string;
}

/** How much a model is to think, where it can. */
export interface Reasoning {
  effort?: string | null;
  summary?: string | null;
  generate_summary?: string | null;
}

/** Words for the officers. */
export interface Refuse {
  words?: string | null;
}

/** The name that is to stand on it; the organization's own when not said. */
export interface Reissue {
  name?: string | null;
}

/** When awardees report: every so many days (None = never), and how long after the end the final report is due. */
export interface ReportingAsked {
  every_days?: number | null;
  final_within_days?: number;
  final?: boolean;
}

/** What an award may be drawn for; None = everything. Rates are of each award of its own. */
export interface RestrictionsAsked {
  models?: string[] | null;
  endpoints?: string[] | null;
  tiers?: ("batch" | "default" | "flex" | "priority")[] | null;
  purposes?: string[] | null;
  requests_per_minute?: number | null;
  tokens_per_minute?: number | null;
  on_exhaustion?: "block" | "downgrade" | "low_priority";
  downgrade_to?: string | null;
}

/** What is to be changed, in words for the applicant. */
export interface Return {
  words: string;
  revision?: number | null;
}

/** `consents` true gives it, false withdraws it. `words` repeats the version that was read, to give it. */
export interface SayConsent {
  project_id: string;
  consents: boolean;
  words?: string;
}

/** Whole points for every criterion of the rubric; a comment for the panel, words for the applicant. */
export interface Score {
  scores: Record<string, number>;
  comment?: string | null;
  words?: string | null;
}

/** A question. `parent_id` is the answer that it follows: left out = the end of the shown branch, null = a new beginning. An edit is the same with the parent of what is edited. `client_id`: any name of your own, unique within the chat; sent again under it, a question is asked only once. */
export interface SendMessage {
  text: string;
  parent_id?: string | null;
  file_ids?: string[];
  model?: string | null;
  parameters?: ParametersAsked | null;
  client_id?: string | null;
}

/** What the programme's pool may give in all. */
export interface SetCap {
  cap: number;
}

/** What they are from now on. */
export interface SetDataClass {
  data_class: "confidential" | "internal" | "public";
}

/** What is to be otherwise; `null` takes a bound away, what is left out stays. */
export interface SetGroupTerms {
  models?: string[] | null;
  data_class?: "confidential" | "internal" | "public" | null;
}

/** What is to be otherwise. A time zone is an IANA name, null = UTC. */
export interface SetOrganization {
  name?: string;
  timezone?: string | null;
}

/** What one user has of a default, or each member of a group; no `limit_usd` = as everybody else again. */
export interface SetValue {
  user_id?: string | null;
  group_id?: string | null;
  limit_usd?: string | null;
}

/** One contributor's part in what stands behind a pool; parts are counted in `share`s of all. */
export interface ShareAsked {
  contributor: string;
  share?: number;
}

/** Where what is shown ends; null = where the chat does that one sees. */
export interface ShareChat {
  message_id?: string | null;
}

/** A speech's request. Members that are not named here pass through to the engine as they are. */
export interface Speech {
  model: string;
  input: string;
  voice?: string | Record<string, string> | null;
  response_format?: string | null;
  speed?: number | null;
  instructions?: string | null;
  stream_format?: "audio" | "sse" | null;
}

/** A report: what was done with the award, and where it can be seen. */
export interface Submit {
  text: string;
  links?: string[];
}

/** A project's part in a plan, from now on. */
export interface Subscribe {
  plan_id: string;
  project_id: string;
}

/** Text. */
export interface SystemText {
  text: string;
  type?: "text";
  cache_control?: Record<string, unknown> | null;
}

/** The amount in cents, and whom to tell. */
export interface TakeSpendAlert {
  currency: "USD";
  interval: "month";
  notification_channel: ChannelAsked;
  threshold_amount: number;
}

/** A word or phrase, and what it becomes. */
export interface TermAsked {
  term: string;
  translation: string;
}

/** All that a programme says. `ratio_max_percent`: committed ÷ deliverable above which a decision needs a reason. `review_within_days`: how long a reviewer has; `accept_within_days`: how long an offer holds. `applications_max`: of one person in one call. */
export interface TermsAsked {
  about?: string;
  tiers?: TierAsked[];
  fields?: FieldAsked[];
  rubric?: CriterionAsked[];
  conditions?: string;
  acknowledgement?: string;
  weights?: TokenWeightsAsked | null;
  restrictions?: RestrictionsAsked;
  reporting?: ReportingAsked;
  tranches?: TranchesAsked;
  backing?: (FleetAsked | ProviderAsked)[];
  ratio_max_percent?: number;
  review_within_days?: number;
  accept_within_days?: number;
  applications_max?: number;
  public?: boolean;
}

/** What the text of the answer is to be. */
export interface TextOptions {
  format?: Record<string, unknown> | null;
  verbosity?: string | null;
}

/** Whether the model thinks before it answers, and whether its thoughts are shown. */
export interface ThinkingWish {
  type: "adaptive" | "between_tools" | "disabled" | "enabled";
  budget_tokens?: number | null;
  display?: "omitted" | "summarized" | null;
}

/** How much may be asked for, and for how long. `reviews`: how many scores it takes before a decision. */
export interface TierAsked {
  name: string;
  amount_max: number;
  days?: number;
  reviews?: number;
  about?: string;
}

/** How many of an award's tokens one token of a class takes, in thousandths; 1000 = one for one. */
export interface TokenWeightsAsked {
  input?: number;
  cached_input?: number;
  cache_write?: number;
  output?: number;
  reasoning?: number;
}

/** A tool the model may call. Further members pass through. */
export interface Tool {
  type: string;
}

/** Which tool the model must call, or among which it may choose. */
export interface ToolChoice {
  type: string;
  function?: Named | null;
  allowed_tools?: AllowedTools | null;
  name?: string | null;
  mode?: string | null;
  tools?: ToolRef[] | null;
}

/** One of the tools. */
export interface ToolRef {
  type?: string | null;
  function?: Named | null;
  name?: string | null;
}

/** Whether a tool must be called, and which. */
export interface ToolWish {
  type: "any" | "auto" | "none" | "tool";
  name?: string | null;
  disable_parallel_tool_use?: boolean | null;
}

/** How an award is handed out: in so many equal parts, each after so many days or with an accepted report. */
export interface TranchesAsked {
  count?: number;
  released_by?: "date" | "report";
  every_days?: number;
}

/** Another name, another role in the project. */
export interface UpdateAccount {
  name?: string | null;
  role?: string | null;
}

/** What changes of it; what is not named stays, null takes away. */
export interface UpdateAssistant {
  name?: string;
  kind?: "call_notes" | "chat" | "translation";
  description?: string | null;
  instructions?: string | null;
  model?: string | null;
  parameters?: ParametersAsked;
  language?: string | null;
  glossary?: TermAsked[];
  shared?: boolean;
}

/** What changes of it; what is not named stays. `state` `open` reopens a closed one. */
export interface UpdateBudget {
  limit_usd?: string | null;
  thresholds?: number[] | null;
  state?: "open" | null;
}

/** What changes of it; what is not named stays, null takes away. `temporary` false keeps a temporary chat. */
export interface UpdateChat {
  title?: string | null;
  folder_id?: string | null;
  assistant_id?: string | null;
  project_id?: string;
  model?: string | null;
  system?: string | null;
  parameters?: ParametersAsked;
  pinned?: boolean;
  archived?: boolean;
  temporary?: false;
}

/** Another name, other instructions (null or empty = none). */
export interface UpdateFolder {
  name?: string;
  instructions?: string | null;
}

/** Another name, another place; a `parent_id` of null takes it out of the group it lies in. */
export interface UpdateGroup {
  name: string;
  parent_id?: string | null;
}

/** Another name, which is ours to take; another end, counted from now. */
export interface UpdateKey {
  name?: string | null;
  expires_in_seconds?: number | null;
  scopes?: string[] | null;
}

/** A whole new list, of models' names or aliases. */
export interface UpdatePermissions {
  mode: "allow_list" | "deny_list";
  model_ids: string[];
}

/** What is to be different. It counts for chats that are there already, too. */
export interface UpdatePolicy {
  chat_keep_days?: number | null;
  temporary_keep_days?: number;
  training?: "each_person" | "forbidden";
}

/** Another name. */
export interface UpdateProject {
  name: string;
}

/** Another rule; `organization_default` takes the project's own away. */
export interface UpdateProjectRetention {
  retention_type: "enhanced_modified_abuse_monitoring" | "enhanced_zero_data_retention" | "modified_abuse_monitoring" | "zero_data_retention" | "none" | "organization_default";
}

/** Another role. */
export interface UpdateProjectUser {
  role?: string | null;
}

/** What is to be different. */
export interface UpdatePrompt {
  name?: string;
  text?: string;
  title?: string;
  shared?: boolean;
}

/** New numbers; `null` takes the project's bound away, so that each key's own holds again. What else OpenAI counts (images, audio, batches, requests per day) is not counted here and is refused. */
export interface UpdateRateLimit {
  max_requests_per_1_minute?: number | null;
  max_tokens_per_1_minute?: number | null;
  max_images_per_1_minute?: number | null;
  max_audio_megabytes_per_1_minute?: number | null;
  max_requests_per_1_day?: number | null;
  batch_1_day_max_input_tokens?: number | null;
}

/** Another rule. */
export interface UpdateRetention {
  retention_type: "enhanced_modified_abuse_monitoring" | "enhanced_zero_data_retention" | "modified_abuse_monitoring" | "zero_data_retention";
}

/** The limit from now on, in cents. */
export interface UpdateSpendLimit {
  currency: "USD";
  interval: "month";
  threshold_amount: number;
}

/** Another word. `forbidden` withdraws what people of the project consented to. */
export interface UpdateTraining {
  training: "each_person" | "forbidden";
}

/** Another role, by name or id; or `disabled`, which shuts them out while it is true and is ours. */
export interface UpdateUser {
  role?: string | null;
  role_id?: string | null;
  disabled?: boolean | null;
  developer_persona?: string | null;
  technical_level?: string | null;
}

/** What is to be otherwise. `types` null = every type from now on. */
export interface UpdateWebhook {
  url?: string | null;
  types?: string[] | null;
  enabled?: boolean | null;
}

/** Words for the applicant. */
export interface Wait {
  words?: string | null;
  revision?: number | null;
}

/** A role of one's own making. */
export interface WriteRole {
  role_name?: string | null;
  permissions?: string[] | null;
  description?: string | null;
}

/** The limit from now on, the one that was asked for when it is not named; and words for whoever asked. */
export interface TokenryApiMoneyLimitRequestsApprove {
  limit_usd?: string | null;
  note?: string | null;
}

/** One part of a message's content, of any type; only the type decides anything here. */
export interface TokenryApiOpenaiFieldsPart {
  type: string;
}

/** What a stream carries beside the answer. */
export interface TokenryApiOpenaiFieldsStreamOptions {
  include_usage?: boolean | null;
}

/** What is given: what was asked for and the tier's days, unless said. `override` says why more is promised than can be delivered; `panel_note` is not shown to the applicant. */
export interface TokenryApiProgrammesApplicationsApprove {
  amount?: number | null;
  days?: number | null;
  conditions?: string | null;
  words?: string | null;
  panel_note?: string | null;
  override?: string | null;
  revision?: number | null;
}

/** Why, in words for the applicant; `panel_note` is not shown to them. */
export interface TokenryApiProgrammesApplicationsDecline {
  words: string;
  panel_note?: string | null;
  revision?: number | null;
}

/** Why, in words for the officers. */
export interface TokenryApiProgrammesMyReviewsDecline {
  words?: string | null;
}

/** What a stream carries beside the answer. */
export interface TokenryApiResponsesFieldsStreamOptions {
  include_obfuscation?: boolean | null;
}

export interface Calls {
  GET: {
    "/v1/chat/completions": { path: Record<string, never>; query: { after?: string | null; limit?: number; order?: "asc" | "desc"; model?: string | null; metadata?: Record<string, string> | null }; body: never; gives: CompletionPage };
    "/v1/models": { path: Record<string, never>; query: Record<string, never>; body: never; gives: ModelList };
    "/v1/models/{model}": { path: { model: string }; query: Record<string, never>; body: never; gives: Model };
    "/v1/tokenry/receipts/{request_id}": { path: { request_id: string }; query: Record<string, never>; body: never; gives: RequestReceipt };
    "/healthz": { path: Record<string, never>; query: Record<string, never>; body: never; gives: unknown };
    "/readyz": { path: Record<string, never>; query: Record<string, never>; body: never; gives: Readiness };
    "/metrics": { path: Record<string, never>; query: Record<string, never>; body: never; gives: unknown };
    "/openapi.json": { path: Record<string, never>; query: Record<string, never>; body: never; gives: Record<string, unknown> };
    "/docs": { path: Record<string, never>; query: Record<string, never>; body: never; gives: unknown };
    "/": { path: Record<string, never>; query: Record<string, never>; body: never; gives: unknown };
    "/v1/files": { path: Record<string, never>; query: { after?: string | null; limit?: number; order?: "asc" | "desc"; purpose?: string | null }; body: never; gives: PageFileObject };
    "/v1/files/{file_id}": { path: { file_id: string }; query: Record<string, never>; body: never; gives: FileObject };
    "/v1/files/{file_id}/content": { path: { file_id: string }; query: Record<string, never>; body: never; gives: unknown };
    "/v1/chat/completions/{completion_id}": { path: { completion_id: string }; query: Record<string, never>; body: never; gives: StoredChatCompletion };
    "/v1/chat/completions/{completion_id}/messages": { path: { completion_id: string }; query: { after?: string | null; limit?: number; order?: "asc" | "desc" }; body: never; gives: PageStoredMessage };
    "/v1/batches": { path: Record<string, never>; query: { after?: string | null; limit?: number; order?: "asc" | "desc" }; body: never; gives: PageBatchObject };
    "/v1/batches/{batch_id}": { path: { batch_id: string }; query: Record<string, never>; body: never; gives: BatchObject };
    "/v1/responses/{response_id}": { path: { response_id: string }; query: { stream?: boolean; starting_after?: number | null; include?: string[]; include_obfuscation?: boolean | null }; body: never; gives: Response };
    "/v1/responses/{response_id}/input_items": { path: { response_id: string }; query: { after?: string | null; limit?: number; order?: "asc" | "desc"; include?: string[] }; body: never; gives: ItemList };
    "/v1/conversations/{conversation_id}": { path: { conversation_id: string }; query: Record<string, never>; body: never; gives: Conversation };
    "/v1/conversations/{conversation_id}/items": { path: { conversation_id: string }; query: { after?: string | null; limit?: number; order?: "asc" | "desc"; include?: string[] }; body: never; gives: ItemList };
    "/v1/conversations/{conversation_id}/items/{item_id}": { path: { conversation_id: string; item_id: string }; query: { include?: string[] }; body: never; gives: Record<string, unknown> };
    "/v1/organization/projects": { path: Record<string, never>; query: { after?: string | null; limit?: number; include_archived?: boolean }; body: never; gives: PageProjectShape };
    "/v1/organization/projects/{project_id}": { path: { project_id: string }; query: Record<string, never>; body: never; gives: ProjectShape };
    "/v1/organization/users": { path: Record<string, never>; query: { after?: string | null; limit?: number; emails?: string[] | null }; body: never; gives: PageUserShape };
    "/v1/organization/users/{user_id}": { path: { user_id: string }; query: Record<string, never>; body: never; gives: UserShape };
    "/v1/organization/projects/{project_id}/users": { path: { project_id: string }; query: { after?: string | null; limit?: number }; body: never; gives: PageProjectUserShape };
    "/v1/organization/projects/{project_id}/users/{user_id}": { path: { project_id: string; user_id: string }; query: Record<string, never>; body: never; gives: ProjectUserShape };
    "/v1/organization/invites": { path: Record<string, never>; query: { after?: string | null; limit?: number }; body: never; gives: PageInviteShape };
    "/v1/organization/invites/{invite_id}": { path: { invite_id: string }; query: Record<string, never>; body: never; gives: InviteShape };
    "/v1/organization/admin_api_keys": { path: Record<string, never>; query: { after?: string | null; limit?: number; order?: "asc" | "desc" }; body: never; gives: PageAdminKeyShape };
    "/v1/organization/admin_api_keys/{key_id}": { path: { key_id: string }; query: Record<string, never>; body: never; gives: AdminKeyShape };
    "/v1/organization/projects/{project_id}/api_keys": { path: { project_id: string }; query: { after?: string | null; limit?: number; owner_project_access?: "active" | "any" | "inactive" }; body: never; gives: PageKeyShape };
    "/v1/organization/projects/{project_id}/api_keys/{api_key_id}": { path: { project_id: string; api_key_id: string }; query: Record<string, never>; body: never; gives: KeyShape };
    "/v1/organization/projects/{project_id}/service_accounts": { path: { project_id: string }; query: { after?: string | null; limit?: number }; body: never; gives: PageAccountShape };
    "/v1/organization/projects/{project_id}/service_accounts/{service_account_id}": { path: { project_id: string; service_account_id: string }; query: Record<string, never>; body: never; gives: AccountShape };
    "/v1/organization/groups": { path: Record<string, never>; query: { after?: string | null; limit?: number; order?: "asc" | "desc" }; body: never; gives: PageGroupShape };
    "/v1/organization/groups/{group_id}": { path: { group_id: string }; query: Record<string, never>; body: never; gives: GroupShape };
    "/v1/organization/groups/{group_id}/users": { path: { group_id: string }; query: { after?: string | null; limit?: number; order?: "asc" | "desc" }; body: never; gives: PageGroupUserShape };
    "/v1/organization/groups/{group_id}/users/{user_id}": { path: { group_id: string; user_id: string }; query: Record<string, never>; body: never; gives: GroupUserShape };
    "/v1/organization/projects/{project_id}/groups": { path: { project_id: string }; query: { after?: string | null; limit?: number; order?: "asc" | "desc" }; body: never; gives: PageProjectGroupShape };
    "/v1/organization/projects/{project_id}/groups/{group_id}": { path: { project_id: string; group_id: string }; query: { group_type?: "group" }; body: never; gives: ProjectGroupShape };
    "/v1/organization/roles": { path: Record<string, never>; query: { after?: string | null; limit?: number; order?: "asc" | "desc" }; body: never; gives: PageRoleShape };
    "/v1/organization/roles/{role_id}": { path: { role_id: string }; query: Record<string, never>; body: never; gives: RoleShape };
    "/v1/projects/{project_id}/roles": { path: { project_id: string }; query: { after?: string | null; limit?: number; order?: "asc" | "desc" }; body: never; gives: PageRoleShape };
    "/v1/projects/{project_id}/roles/{role_id}": { path: { project_id: string; role_id: string }; query: Record<string, never>; body: never; gives: RoleShape };
    "/v1/organization/users/{user_id}/roles": { path: { user_id: string }; query: { after?: string | null; limit?: number; order?: "asc" | "desc" }; body: never; gives: PageAssignedRole };
    "/v1/organization/users/{user_id}/roles/{role_id}": { path: { user_id: string; role_id: string }; query: Record<string, never>; body: never; gives: AssignedRole };
    "/v1/projects/{project_id}/users/{user_id}/roles": { path: { project_id: string; user_id: string }; query: { after?: string | null; limit?: number; order?: "asc" | "desc" }; body: never; gives: PageAssignedRole };
    "/v1/projects/{project_id}/users/{user_id}/roles/{role_id}": { path: { project_id: string; user_id: string; role_id: string }; query: Record<string, never>; body: never; gives: AssignedRole };
    "/v1/organization/groups/{group_id}/roles": { path: { group_id: string }; query: { after?: string | null; limit?: number; order?: "asc" | "desc" }; body: never; gives: PageAssignedRole };
    "/v1/organization/groups/{group_id}/roles/{role_id}": { path: { group_id: string; role_id: string }; query: Record<string, never>; body: never; gives: AssignedRole };
    "/v1/projects/{project_id}/groups/{group_id}/roles": { path: { project_id: string; group_id: string }; query: { after?: string | null; limit?: number; order?: "asc" | "desc" }; body: never; gives: PageAssignedRole };
    "/v1/projects/{project_id}/groups/{group_id}/roles/{role_id}": { path: { project_id: string; group_id: string; role_id: string }; query: Record<string, never>; body: never; gives: AssignedRole };
    "/v1/organization/data_retention": { path: Record<string, never>; query: Record<string, never>; body: never; gives: RetentionShape };
    "/v1/organization/projects/{project_id}/data_retention": { path: { project_id: string }; query: Record<string, never>; body: never; gives: ProjectRetentionShape };
    "/v1/organization/audit_logs": { path: Record<string, never>; query: { effective_at?: { gt?: number | null; gte?: number | null; lt?: number | null; lte?: number | null } | null; project_ids?: string[] | null; event_types?: string[] | null; actor_ids?: string[] | null; actor_emails?: string[] | null; resource_ids?: string[] | null; tenant_only?: boolean; after?: string | null; before?: string | null; limit?: number }; body: never; gives: PageDictStrTypingAny };
    "/v1/organization/projects/{project_id}/model_permissions": { path: { project_id: string }; query: Record<string, never>; body: never; gives: PermissionsShape };
    "/v1/organization/projects/{project_id}/rate_limits": { path: { project_id: string }; query: { after?: string | null; limit?: number; before?: string | null }; body: never; gives: PageRateLimitShape };
    "/v1/organization/spend_limit": { path: Record<string, never>; query: Record<string, never>; body: never; gives: SpendLimit };
    "/v1/organization/projects/{project_id}/spend_limit": { path: { project_id: string }; query: Record<string, never>; body: never; gives: SpendLimit };
    "/v1/organization/spend_alerts": { path: Record<string, never>; query: { after?: string | null; limit?: number; before?: string | null; order?: "asc" | "desc" }; body: never; gives: PageSpendAlert };
    "/v1/organization/spend_alerts/{alert_id}": { path: { alert_id: string }; query: Record<string, never>; body: never; gives: SpendAlert };
    "/v1/organization/projects/{project_id}/spend_alerts": { path: { project_id: string }; query: { after?: string | null; limit?: number; before?: string | null; order?: "asc" | "desc" }; body: never; gives: PageSpendAlert };
    "/v1/organization/projects/{project_id}/spend_alerts/{alert_id}": { path: { project_id: string; alert_id: string }; query: Record<string, never>; body: never; gives: SpendAlert };
    "/v1/organization/usage/completions": { path: Record<string, never>; query: { start_time: number; end_time?: number | null; limit?: number | null; page?: string | null; project_ids?: string[] | null; bucket_width?: "1d" | "1h" | "1m"; user_ids?: string[] | null; api_key_ids?: string[] | null; models?: string[] | null; group_by?: ("api_key_id" | "model" | "project_id" | "user_id" | "api_source" | "batch" | "service_tier")[]; batch?: boolean | null }; body: never; gives: BucketsCompletionsUsage };
    "/v1/organization/usage/embeddings": { path: Record<string, never>; query: { start_time: number; end_time?: number | null; limit?: number | null; page?: string | null; project_ids?: string[] | null; bucket_width?: "1d" | "1h" | "1m"; user_ids?: string[] | null; api_key_ids?: string[] | null; models?: string[] | null; group_by?: ("api_key_id" | "model" | "project_id" | "user_id")[] }; body: never; gives: BucketsEmbeddingsUsage };
    "/v1/organization/usage/moderations": { path: Record<string, never>; query: { start_time: number; end_time?: number | null; limit?: number | null; page?: string | null; project_ids?: string[] | null; bucket_width?: "1d" | "1h" | "1m"; user_ids?: string[] | null; api_key_ids?: string[] | null; models?: string[] | null; group_by?: ("api_key_id" | "model" | "project_id" | "user_id")[] }; body: never; gives: BucketsModerationsUsage };
    "/v1/organization/usage/images": { path: Record<string, never>; query: { start_time: number; end_time?: number | null; limit?: number | null; page?: string | null; project_ids?: string[] | null; bucket_width?: "1d" | "1h" | "1m"; user_ids?: string[] | null; api_key_ids?: string[] | null; models?: string[] | null; group_by?: ("api_key_id" | "model" | "project_id" | "user_id" | "size" | "source")[]; sizes?: string[] | null; sources?: string[] | null }; body: never; gives: BucketsImagesUsage };
    "/v1/organization/usage/audio_speeches": { path: Record<string, never>; query: { start_time: number; end_time?: number | null; limit?: number | null; page?: string | null; project_ids?: string[] | null; bucket_width?: "1d" | "1h" | "1m"; user_ids?: string[] | null; api_key_ids?: string[] | null; models?: string[] | null; group_by?: ("api_key_id" | "model" | "project_id" | "user_id")[] }; body: never; gives: BucketsSpeechesUsage };
    "/v1/organization/usage/audio_transcriptions": { path: Record<string, never>; query: { start_time: number; end_time?: number | null; limit?: number | null; page?: string | null; project_ids?: string[] | null; bucket_width?: "1d" | "1h" | "1m"; user_ids?: string[] | null; api_key_ids?: string[] | null; models?: string[] | null; group_by?: ("api_key_id" | "model" | "project_id" | "user_id")[] }; body: never; gives: BucketsTranscriptionsUsage };
    "/v1/organization/usage/vector_stores": { path: Record<string, never>; query: { start_time: number; end_time?: number | null; limit?: number | null; page?: string | null; project_ids?: string[] | null; bucket_width?: "1d" | "1h" | "1m"; group_by?: "project_id"[] }; body: never; gives: BucketsStoresUsage };
    "/v1/organization/usage/code_interpreter_sessions": { path: Record<string, never>; query: { start_time: number; end_time?: number | null; limit?: number | null; page?: string | null; project_ids?: string[] | null; bucket_width?: "1d" | "1h" | "1m"; group_by?: "project_id"[] }; body: never; gives: BucketsSessionsUsage };
    "/v1/organization/usage/file_search_calls": { path: Record<string, never>; query: { start_time: number; end_time?: number | null; limit?: number | null; page?: string | null; project_ids?: string[] | null; bucket_width?: "1d" | "1h" | "1m"; user_ids?: string[] | null; api_key_ids?: string[] | null; vector_store_ids?: string[] | null; group_by?: ("api_key_id" | "project_id" | "user_id" | "vector_store_id")[] }; body: never; gives: BucketsFileSearchesUsage };
    "/v1/organization/usage/web_search_calls": { path: Record<string, never>; query: { start_time: number; end_time?: number | null; limit?: number | null; page?: string | null; project_ids?: string[] | null; bucket_width?: "1d" | "1h" | "1m"; user_ids?: string[] | null; api_key_ids?: string[] | null; models?: string[] | null; group_by?: ("api_key_id" | "model" | "project_id" | "user_id" | "api_source" | "context_level")[]; context_levels?: string[] | null }; body: never; gives: BucketsWebSearchesUsage };
    "/v1/organization/costs": { path: Record<string, never>; query: { start_time: number; end_time?: number | null; limit?: number | null; page?: string | null; project_ids?: string[] | null; bucket_width?: "1d"; api_key_ids?: string[] | null; line_items?: string[] | null; group_by?: ("api_key_id" | "api_source" | "line_item" | "project_id" | "user_id")[] }; body: never; gives: BucketsCosts };
    "/v1/tokenry/dashboard": { path: Record<string, never>; query: { window?: "24h" | "30d" | "7d" | "90d"; start_time?: number | null; end_time?: number | null; step?: "day" | "hour" | null; group_by?: "endpoint" | "key" | "member" | "model" | "project" | "tier" | null; order?: "cost" | "failed" | "requests" | "tokens"; groups?: number; project_ids?: string[] | null; api_key_ids?: string[] | null; models?: string[] | null; format?: "csv" | "json" | null; user_ids?: string[] | null }; body: never; gives: DashboardShape };
    "/v1/tokenry/me/usage": { path: Record<string, never>; query: { window?: "24h" | "30d" | "7d" | "90d"; start_time?: number | null; end_time?: number | null; step?: "day" | "hour" | null; group_by?: "endpoint" | "key" | "member" | "model" | "project" | "tier" | null; order?: "cost" | "failed" | "requests" | "tokens"; groups?: number; project_ids?: string[] | null; api_key_ids?: string[] | null; models?: string[] | null; format?: "csv" | "json" | null }; body: never; gives: DashboardShape };
    "/v1/tokenry/requests": { path: Record<string, never>; query: { whose?: "mine" | "visible"; project_id?: string | null; user_id?: string | null; api_key_id?: string | null; model?: string | null; deployment?: string | null; state?: "client_gone" | "completed" | "crash" | "cut" | "engine_failed" | "refused" | "unavailable" | "running" | null; charge_from_usd?: string | null; start_time?: number | null; end_time?: number | null; cursor?: string | null; limit?: number; format?: "csv" | "json" | null }; body: never; gives: RequestsShape };
    "/v1/tokenry/requests/{request_id}": { path: { request_id: string }; query: Record<string, never>; body: never; gives: NamedReceipt };
    "/v1/tokenry/audit_log": { path: Record<string, never>; query: { q?: string | null; begins?: string | null; types?: string[] | null; actor_ids?: string[] | null; project_ids?: string[] | null; resource_ids?: string[] | null; start_time?: number | null; end_time?: number | null; after?: string | null; limit?: number; format?: "csv" | "json" | null }; body: never; gives: AuditPage };
    "/v1/tokenry/audit_log/types": { path: Record<string, never>; query: Record<string, never>; body: never; gives: KindList };
    "/v1/tokenry/audit_log/verification": { path: Record<string, never>; query: Record<string, never>; body: never; gives: Verification };
    "/v1/tokenry/health": { path: Record<string, never>; query: Record<string, never>; body: never; gives: HealthShape };
    "/v1/tokenry/statements": { path: Record<string, never>; query: { after?: string | null; limit?: number; month?: string | null; project_id?: string | null; place?: "organization" | "project" | null }; body: never; gives: PageStatementShape };
    "/v1/tokenry/statements/{statement_id}": { path: { statement_id: string }; query: { format?: "csv" | "html" | "json" | null }; body: never; gives: FullStatementShape };
    "/v1/tokenry/organization": { path: Record<string, never>; query: Record<string, never>; body: never; gives: OrganizationShape };
    "/v1/tokenry/projects/{project_id}/terms": { path: { project_id: string }; query: Record<string, never>; body: never; gives: ProjectTermsShape };
    "/v1/tokenry/projects/{project_id}/data_class": { path: { project_id: string }; query: Record<string, never>; body: never; gives: DataClassShape };
    "/v1/tokenry/groups/{group_id}/terms": { path: { group_id: string }; query: Record<string, never>; body: never; gives: GroupTermsShape };
    "/v1/tokenry/budgets": { path: Record<string, never>; query: { after?: string | null; limit?: number; include_closed?: boolean }; body: never; gives: PageBudgetShape };
    "/v1/tokenry/budgets/{budget_id}": { path: { budget_id: string }; query: Record<string, never>; body: never; gives: BudgetShape };
    "/v1/tokenry/budgets/{budget_id}/members": { path: { budget_id: string }; query: { after?: string | null; limit?: number }; body: never; gives: PageBudgetShape };
    "/v1/tokenry/projects/{project_id}/budgets": { path: { project_id: string }; query: { after?: string | null; limit?: number; include_closed?: boolean }; body: never; gives: PageBudgetShape };
    "/v1/tokenry/projects/{project_id}/budgets/{budget_id}": { path: { project_id: string; budget_id: string }; query: Record<string, never>; body: never; gives: BudgetShape };
    "/v1/tokenry/me/budgets": { path: Record<string, never>; query: Record<string, never>; body: never; gives: Budgets };
    "/v1/tokenry/limit_requests": { path: Record<string, never>; query: { after?: string | null; limit?: number; state?: "approved" | "denied" | "pending" | null }; body: never; gives: PageLimitRequestShape };
    "/v1/tokenry/projects/{project_id}/limit_requests": { path: { project_id: string }; query: { after?: string | null; limit?: number; state?: "approved" | "denied" | "pending" | null }; body: never; gives: PageLimitRequestShape };
    "/v1/tokenry/me/limit_requests": { path: Record<string, never>; query: { after?: string | null; limit?: number; state?: "approved" | "denied" | "pending" | null }; body: never; gives: PageLimitRequestShape };
    "/v1/tokenry/catalogue": { path: Record<string, never>; query: Record<string, never>; body: never; gives: Catalogue };
    "/v1/tokenry/prices": { path: Record<string, never>; query: { after?: string | null; limit?: number }; body: never; gives: PageVersionShape };
    "/v1/tokenry/margins": { path: Record<string, never>; query: { start_time?: number; end_time?: number | null; by?: "model" | "organization" | "project" }; body: never; gives: MarginsShape };
    "/v1/tokenry/credits": { path: Record<string, never>; query: { after?: string | null; limit?: number }; body: never; gives: PageCreditShape };
    "/v1/tokenry/plans": { path: Record<string, never>; query: { after?: string | null; limit?: number }; body: never; gives: PagePlanShape };
    "/v1/tokenry/subscriptions": { path: Record<string, never>; query: { after?: string | null; limit?: number }; body: never; gives: PageSubscriptionShape };
    "/v1/tokenry/me": { path: Record<string, never>; query: Record<string, never>; body: never; gives: Me };
    "/v1/tokenry/me/sessions": { path: Record<string, never>; query: Record<string, never>; body: never; gives: SessionList };
    "/v1/tokenry/members/{user_id}/sessions": { path: { user_id: string }; query: Record<string, never>; body: never; gives: SessionList };
    "/v1/tokenry/me/passkeys": { path: Record<string, never>; query: Record<string, never>; body: never; gives: PasskeyList };
    "/v1/tokenry/webhooks": { path: Record<string, never>; query: { after?: string | null; limit?: number }; body: never; gives: PageWebhookShape };
    "/v1/tokenry/webhooks/{webhook_id}": { path: { webhook_id: string }; query: Record<string, never>; body: never; gives: WebhookShape };
    "/v1/tokenry/deliveries": { path: Record<string, never>; query: { after?: string | null; limit?: number; webhook_id?: string | null; channel?: "email" | "webhook" | null; state?: "delivered" | "failed" | "waiting" | null }; body: never; gives: PageDeliveryShape };
    "/v1/tokenry/deliveries/{delivery_id}": { path: { delivery_id: string }; query: Record<string, never>; body: never; gives: DeliveryShape };
    "/v1/tokenry/news": { path: Record<string, never>; query: { after?: string | null; limit?: number; format?: "atom" | "json" | null }; body: never; gives: PageNewsShape };
    "/v1/tokenry/me/export": { path: Record<string, never>; query: Record<string, never>; body: never; gives: Export };
    "/v1/tokenry/people/{user_id}/export": { path: { user_id: string }; query: Record<string, never>; body: never; gives: Export };
    "/v1/tokenry/programme_templates": { path: Record<string, never>; query: { after?: string | null; limit?: number }; body: never; gives: PageTemplateShape };
    "/v1/tokenry/programmes": { path: Record<string, never>; query: { after?: string | null; limit?: number }; body: never; gives: PageProgrammeShape };
    "/v1/tokenry/programmes/{programme_id}": { path: { programme_id: string }; query: Record<string, never>; body: never; gives: ProgrammeShape };
    "/v1/tokenry/programmes/{programme_id}/calls": { path: { programme_id: string }; query: { after?: string | null; limit?: number }; body: never; gives: PageCallShape };
    "/v1/tokenry/calls/{call_id}": { path: { call_id: string }; query: Record<string, never>; body: never; gives: CallShape };
    "/v1/tokenry/me/calls": { path: Record<string, never>; query: { after?: string | null; limit?: number }; body: never; gives: PageOpenCallShape };
    "/v1/tokenry/me/calls/{call_id}": { path: { call_id: string }; query: Record<string, never>; body: never; gives: OpenCallShape };
    "/v1/tokenry/programmes/{programme_id}/applications": { path: { programme_id: string }; query: { after?: string | null; limit?: number; state?: "accepted" | "approved" | "declined" | "draft" | "refused" | "returned" | "submitted" | "under_review" | "waitlisted" | "withdrawn" | null; tier?: string | null; call_id?: string | null; format?: "csv" | "json" | null }; body: never; gives: PageApplicationLine };
    "/v1/tokenry/applications/{application_id}": { path: { application_id: string }; query: Record<string, never>; body: never; gives: ApplicationShape };
    "/v1/tokenry/applications/{application_id}/candidates": { path: { application_id: string }; query: { after?: string | null; limit?: number }; body: never; gives: PageCandidateShape };
    "/v1/tokenry/me/applications": { path: Record<string, never>; query: { after?: string | null; limit?: number }; body: never; gives: PageMyApplication };
    "/v1/tokenry/me/applications/{application_id}": { path: { application_id: string }; query: Record<string, never>; body: never; gives: MyApplication };
    "/v1/tokenry/me/reviews": { path: Record<string, never>; query: { after?: string | null; limit?: number }; body: never; gives: PageReview };
    "/v1/tokenry/me/reviews/{assignment_id}": { path: { assignment_id: string }; query: Record<string, never>; body: never; gives: Review };
    "/v1/tokenry/awards": { path: Record<string, never>; query: { after?: string | null; limit?: number; programme_id?: string | null; project_id?: string | null; state?: "active" | "closed" | "closing" | "granting" | "suspended" | null }; body: never; gives: PageAwardShape };
    "/v1/tokenry/award_supply": { path: Record<string, never>; query: { programme_id: string; amount: number; days?: number }; body: never; gives: SupplyShape };
    "/v1/tokenry/award_reports": { path: Record<string, never>; query: { after?: string | null; limit?: number; state?: "accepted" | "due" | "returned" | "submitted" | "waived" | null }; body: never; gives: PageReportShape };
    "/v1/tokenry/award_amendments": { path: Record<string, never>; query: { after?: string | null; limit?: number; state?: "asked" | "denied" | "doing" | "done" | "withdrawn" | null }; body: never; gives: PageAmendmentShape };
    "/v1/tokenry/awards/{award_id}": { path: { award_id: string }; query: Record<string, never>; body: never; gives: WholeAward };
    "/v1/tokenry/awards/{award_id}/history": { path: { award_id: string }; query: { after?: string | null; limit?: number }; body: never; gives: PageStepShape };
    "/v1/tokenry/awards/{award_id}/tranches": { path: { award_id: string }; query: { after?: string | null; limit?: number }; body: never; gives: PageTrancheShape };
    "/v1/tokenry/awards/{award_id}/reports": { path: { award_id: string }; query: { after?: string | null; limit?: number }; body: never; gives: PageReportShape };
    "/v1/tokenry/awards/{award_id}/amendments": { path: { award_id: string }; query: { after?: string | null; limit?: number }; body: never; gives: PageAmendmentShape };
    "/v1/tokenry/me/awards": { path: Record<string, never>; query: { after?: string | null; limit?: number }; body: never; gives: PageAwardShape };
    "/v1/tokenry/me/awards/{award_id}": { path: { award_id: string }; query: Record<string, never>; body: never; gives: WholeAward };
    "/v1/tokenry/me/awards/{award_id}/history": { path: { award_id: string }; query: { after?: string | null; limit?: number }; body: never; gives: PageStepShape };
    "/v1/tokenry/me/awards/{award_id}/outlook": { path: { award_id: string }; query: Record<string, never>; body: never; gives: OutlookShape };
    "/v1/tokenry/programmes/{programme_id}/uptake": { path: { programme_id: string }; query: { format?: "csv" | "json" | null }; body: never; gives: UptakeShape };
    "/v1/tokenry/certificates": { path: Record<string, never>; query: { after?: string | null; limit?: number }; body: never; gives: PageCertificateShape };
    "/v1/tokenry/certificates/{certificate_id}": { path: { certificate_id: string }; query: { format?: "json" | "pdf" | "svg" | null }; body: never; gives: CertificateShape };
    "/v1/tokenry/chats": { path: Record<string, never>; query: { after?: string | null; limit?: number; folder_id?: string | null; archived?: boolean; temporary?: boolean; pinned?: boolean | null }; body: never; gives: PageChatShape };
    "/v1/tokenry/chats/{chat_id}": { path: { chat_id: string }; query: Record<string, never>; body: never; gives: ChatShape };
    "/v1/tokenry/chats/{chat_id}/messages": { path: { chat_id: string }; query: { head?: string | null; before?: string | null; limit?: number }; body: never; gives: BranchPage };
    "/v1/tokenry/chats/{chat_id}/messages/{message_id}": { path: { chat_id: string; message_id: string }; query: Record<string, never>; body: never; gives: MessageShape };
    "/v1/tokenry/chats/{chat_id}/messages/{message_id}/events": { path: { chat_id: string; message_id: string }; query: { after?: number }; body: never; gives: unknown };
    "/v1/tokenry/chats/{chat_id}/messages/{message_id}/receipts": { path: { chat_id: string; message_id: string }; query: Record<string, never>; body: never; gives: MessageReceipts };
    "/v1/tokenry/me/projects": { path: Record<string, never>; query: Record<string, never>; body: never; gives: ChatProjects };
    "/v1/tokenry/me/models": { path: Record<string, never>; query: { project_id?: string | null }; body: never; gives: ChatModels };
    "/v1/tokenry/me/standing": { path: Record<string, never>; query: { project_id?: string | null }; body: never; gives: Standing };
    "/v1/tokenry/me/receipts/{request_id}": { path: { request_id: string }; query: Record<string, never>; body: never; gives: RequestReceipt };
    "/v1/tokenry/folders": { path: Record<string, never>; query: { after?: string | null; limit?: number }; body: never; gives: PageFolderShape };
    "/v1/tokenry/folders/{folder_id}": { path: { folder_id: string }; query: Record<string, never>; body: never; gives: FolderShape };
    "/v1/tokenry/assistants": { path: Record<string, never>; query: { after?: string | null; limit?: number }; body: never; gives: PageAssistantShape };
    "/v1/tokenry/assistants/{assistant_id}": { path: { assistant_id: string }; query: Record<string, never>; body: never; gives: AssistantShape };
    "/v1/tokenry/workspace_files": { path: Record<string, never>; query: { chat_id?: string | null; folder_id?: string | null; assistant_id?: string | null; after?: string | null; limit?: number }; body: never; gives: PageWorkspaceFileShape };
    "/v1/tokenry/me/files": { path: Record<string, never>; query: Record<string, never>; body: never; gives: FileRoom };
    "/v1/tokenry/workspace_files/{file_id}": { path: { file_id: string }; query: Record<string, never>; body: never; gives: WorkspaceFileShape };
    "/v1/tokenry/workspace_files/{file_id}/content": { path: { file_id: string }; query: Record<string, never>; body: never; gives: unknown };
    "/v1/tokenry/workspace_files/{file_id}/passages/{passage_id}": { path: { file_id: string; passage_id: string }; query: Record<string, never>; body: never; gives: PassageShape };
    "/v1/tokenry/prompts": { path: Record<string, never>; query: { after?: string | null; limit?: number }; body: never; gives: PagePromptShape };
    "/v1/tokenry/prompts/{prompt_id}": { path: { prompt_id: string }; query: Record<string, never>; body: never; gives: PromptShape };
    "/v1/tokenry/search": { path: Record<string, never>; query: { q: string; after?: string | null; limit?: number }; body: never; gives: SearchPage };
    "/v1/tokenry/shares": { path: Record<string, never>; query: { after?: string | null; limit?: number }; body: never; gives: PageShareShape };
    "/v1/tokenry/shared/{share_id}": { path: { share_id: string }; query: { after?: string | null; limit?: number }; body: never; gives: SharedChat };
    "/v1/tokenry/chats/{chat_id}/export": { path: { chat_id: string }; query: { format?: "json" | "markdown" | null; head?: string | null }; body: never; gives: ChatExport };
    "/v1/tokenry/workspace_policy": { path: Record<string, never>; query: Record<string, never>; body: never; gives: PolicyShape };
    "/v1/tokenry/projects/{project_id}/training": { path: { project_id: string }; query: Record<string, never>; body: never; gives: TrainingShape };
    "/v1/tokenry/me/training": { path: Record<string, never>; query: Record<string, never>; body: never; gives: MyTraining };
    "/v1/tokenry/training/withdrawals": { path: Record<string, never>; query: { after?: string | null; limit?: number; taker?: string | null }; body: never; gives: PageWithdrawnShape };
    "/v1/tokenry/content_grants": { path: Record<string, never>; query: { after?: string | null; limit?: number }; body: never; gives: PageGrantShape };
    "/v1/tokenry/content_grants/{grant_id}/chats": { path: { grant_id: string }; query: Record<string, never>; body: never; gives: ReadChats };
    "/v1/tokenry/content_grants/{grant_id}/chats/{chat_id}": { path: { grant_id: string; chat_id: string }; query: Record<string, never>; body: never; gives: ReadMessages };
    "/v1/tokenry/me/content_accesses": { path: Record<string, never>; query: Record<string, never>; body: never; gives: MyAccesses };
    "/v1/tokenry/training_sets": { path: Record<string, never>; query: { after?: string | null; limit?: number }; body: never; gives: PageTrainingSetShape };
    "/v1/tokenry/training_sets/{set_id}": { path: { set_id: string }; query: Record<string, never>; body: never; gives: FullTrainingSetShape };
    "/v1/tokenry/training_sets/{set_id}/report/index.html": { path: { set_id: string }; query: Record<string, never>; body: never; gives: unknown };
    "/v1/tokenry/training_sets/{set_id}/report/summary.pdf": { path: { set_id: string }; query: Record<string, never>; body: never; gives: unknown };
    "/v1/tokenry/training_sets/{set_id}/report/summary.json": { path: { set_id: string }; query: Record<string, never>; body: never; gives: string };
    "/v1/tokenry/training_sets/{set_id}/report/croissant.json": { path: { set_id: string }; query: Record<string, never>; body: never; gives: unknown };
    "/v1/tokenry/training_sets/{set_id}/report/spdx.json": { path: { set_id: string }; query: Record<string, never>; body: never; gives: unknown };
    "/v1/tokenry/training_sets/{set_id}/report/sha256sums.txt": { path: { set_id: string }; query: Record<string, never>; body: never; gives: unknown };
  };
  POST: {
    "/v1/chat/completions": { path: Record<string, never>; query: Record<string, never>; body: Chat; gives: ChatCompletion };
    "/v1/completions": { path: Record<string, never>; query: Record<string, never>; body: Completion; gives: TextCompletion };
    "/v1/embeddings": { path: Record<string, never>; query: Record<string, never>; body: Embedding; gives: EmbeddingList };
    "/v1/moderations": { path: Record<string, never>; query: Record<string, never>; body: Moderation; gives: ModerationList };
    "/v1/audio/transcriptions": { path: Record<string, never>; query: Record<string, never>; body: never; gives: Transcript };
    "/v1/audio/translations": { path: Record<string, never>; query: Record<string, never>; body: never; gives: Transcript };
    "/v1/audio/speech": { path: Record<string, never>; query: Record<string, never>; body: Speech; gives: unknown };
    "/v1/responses": { path: Record<string, never>; query: Record<string, never>; body: CreateResponse; gives: Response };
    "/v1/responses/compact": { path: Record<string, never>; query: Record<string, never>; body: CompactAsked; gives: CompactedResponse };
    "/v1/responses/input_tokens": { path: Record<string, never>; query: Record<string, never>; body: CountAsked; gives: InputTokens };
    "/v1/messages": { path: Record<string, never>; query: Record<string, never>; body: Messages; gives: MessageAnswer };
    "/v1/messages/count_tokens": { path: Record<string, never>; query: Record<string, never>; body: CountTokens; gives: TokenCount };
    "/v1/files": { path: Record<string, never>; query: Record<string, never>; body: never; gives: FileObject };
    "/v1/uploads": { path: Record<string, never>; query: Record<string, never>; body: NewUploadBody; gives: UploadObject };
    "/v1/uploads/{upload_id}/parts": { path: { upload_id: string }; query: Record<string, never>; body: never; gives: UploadPart };
    "/v1/uploads/{upload_id}/complete": { path: { upload_id: string }; query: Record<string, never>; body: CompleteUpload; gives: UploadObject };
    "/v1/uploads/{upload_id}/cancel": { path: { upload_id: string }; query: Record<string, never>; body: never; gives: UploadObject };
    "/v1/chat/completions/{completion_id}": { path: { completion_id: string }; query: Record<string, never>; body: CompletionUpdate; gives: StoredChatCompletion };
    "/v1/batches": { path: Record<string, never>; query: Record<string, never>; body: NewBatchBody; gives: BatchObject };
    "/v1/batches/{batch_id}/cancel": { path: { batch_id: string }; query: Record<string, never>; body: never; gives: BatchObject };
    "/v1/responses/{response_id}/cancel": { path: { response_id: string }; query: Record<string, never>; body: never; gives: Response };
    "/v1/conversations": { path: Record<string, never>; query: Record<string, never>; body: NewConversation; gives: Conversation };
    "/v1/conversations/{conversation_id}": { path: { conversation_id: string }; query: Record<string, never>; body: ConversationUpdate; gives: Conversation };
    "/v1/conversations/{conversation_id}/items": { path: { conversation_id: string }; query: { include?: string[] }; body: NewItems; gives: ItemList };
    "/v1/organization/projects": { path: Record<string, never>; query: Record<string, never>; body: CreateProject; gives: ProjectShape };
    "/v1/organization/projects/{project_id}": { path: { project_id: string }; query: Record<string, never>; body: UpdateProject; gives: ProjectShape };
    "/v1/organization/projects/{project_id}/archive": { path: { project_id: string }; query: Record<string, never>; body: never; gives: ProjectShape };
    "/v1/organization/users/{user_id}": { path: { user_id: string }; query: Record<string, never>; body: UpdateUser; gives: UserShape };
    "/v1/organization/projects/{project_id}/users": { path: { project_id: string }; query: Record<string, never>; body: CreateProjectUser; gives: ProjectUserShape };
    "/v1/organization/projects/{project_id}/users/{user_id}": { path: { project_id: string; user_id: string }; query: Record<string, never>; body: UpdateProjectUser; gives: ProjectUserShape };
    "/v1/organization/invites": { path: Record<string, never>; query: Record<string, never>; body: CreateInvite; gives: NewInviteShape };
    "/v1/organization/admin_api_keys": { path: Record<string, never>; query: Record<string, never>; body: CreateAdminKey; gives: NewAdminKeyShape };
    "/v1/organization/projects/{project_id}/api_keys/{api_key_id}": { path: { project_id: string; api_key_id: string }; query: Record<string, never>; body: UpdateKey; gives: KeyShape };
    "/v1/organization/projects/{project_id}/service_accounts": { path: { project_id: string }; query: Record<string, never>; body: CreateAccount; gives: NewAccountShape };
    "/v1/organization/projects/{project_id}/service_accounts/{service_account_id}": { path: { project_id: string; service_account_id: string }; query: Record<string, never>; body: UpdateAccount; gives: AccountShape };
    "/v1/organization/projects/{project_id}/service_accounts/{service_account_id}/api_keys": { path: { project_id: string; service_account_id: string }; query: Record<string, never>; body: CreateAccountKey; gives: AccountKeyShape };
    "/v1/organization/groups": { path: Record<string, never>; query: Record<string, never>; body: CreateGroup; gives: GroupShape };
    "/v1/organization/groups/{group_id}": { path: { group_id: string }; query: Record<string, never>; body: UpdateGroup; gives: GroupShape };
    "/v1/organization/groups/{group_id}/users": { path: { group_id: string }; query: Record<string, never>; body: AddGroupUser; gives: GroupUserAdded };
    "/v1/organization/projects/{project_id}/groups": { path: { project_id: string }; query: Record<string, never>; body: AddProjectGroup; gives: ProjectGroupShape };
    "/v1/organization/roles": { path: Record<string, never>; query: Record<string, never>; body: WriteRole; gives: RoleShape };
    "/v1/organization/roles/{role_id}": { path: { role_id: string }; query: Record<string, never>; body: WriteRole; gives: RoleShape };
    "/v1/projects/{project_id}/roles": { path: { project_id: string }; query: Record<string, never>; body: WriteRole; gives: RoleShape };
    "/v1/projects/{project_id}/roles/{role_id}": { path: { project_id: string; role_id: string }; query: Record<string, never>; body: WriteRole; gives: RoleShape };
    "/v1/organization/users/{user_id}/roles": { path: { user_id: string }; query: Record<string, never>; body: AssignRole; gives: UserRole };
    "/v1/projects/{project_id}/users/{user_id}/roles": { path: { project_id: string; user_id: string }; query: Record<string, never>; body: AssignRole; gives: UserRole };
    "/v1/organization/groups/{group_id}/roles": { path: { group_id: string }; query: Record<string, never>; body: AssignRole; gives: GroupRole };
    "/v1/projects/{project_id}/groups/{group_id}/roles": { path: { project_id: string; group_id: string }; query: Record<string, never>; body: AssignRole; gives: GroupRole };
    "/v1/organization/data_retention": { path: Record<string, never>; query: Record<string, never>; body: UpdateRetention; gives: RetentionShape };
    "/v1/organization/projects/{project_id}/data_retention": { path: { project_id: string }; query: Record<string, never>; body: UpdateProjectRetention; gives: ProjectRetentionShape };
    "/v1/organization/projects/{project_id}/model_permissions": { path: { project_id: string }; query: Record<string, never>; body: UpdatePermissions; gives: PermissionsShape };
    "/v1/organization/projects/{project_id}/rate_limits/{rate_limit_id}": { path: { project_id: string; rate_limit_id: string }; query: Record<string, never>; body: UpdateRateLimit; gives: RateLimitShape };
    "/v1/organization/spend_limit": { path: Record<string, never>; query: Record<string, never>; body: UpdateSpendLimit; gives: SpendLimit };
    "/v1/organization/projects/{project_id}/spend_limit": { path: { project_id: string }; query: Record<string, never>; body: UpdateSpendLimit; gives: SpendLimit };
    "/v1/organization/spend_alerts": { path: Record<string, never>; query: Record<string, never>; body: TakeSpendAlert; gives: SpendAlert };
    "/v1/organization/spend_alerts/{alert_id}": { path: { alert_id: string }; query: Record<string, never>; body: TakeSpendAlert; gives: SpendAlert };
    "/v1/organization/projects/{project_id}/spend_alerts": { path: { project_id: string }; query: Record<string, never>; body: TakeSpendAlert; gives: SpendAlert };
    "/v1/organization/projects/{project_id}/spend_alerts/{alert_id}": { path: { project_id: string; alert_id: string }; query: Record<string, never>; body: TakeSpendAlert; gives: SpendAlert };
    "/v1/tokenry/health/ledger_proof": { path: Record<string, never>; query: Record<string, never>; body: never; gives: ProofShape };
    "/v1/tokenry/organization": { path: Record<string, never>; query: Record<string, never>; body: SetOrganization; gives: OrganizationShape };
    "/v1/tokenry/projects/{project_id}/data_class": { path: { project_id: string }; query: Record<string, never>; body: SetDataClass; gives: DataClassShape };
    "/v1/tokenry/groups/{group_id}/terms": { path: { group_id: string }; query: Record<string, never>; body: SetGroupTerms; gives: GroupTermsShape };
    "/v1/tokenry/budgets": { path: Record<string, never>; query: Record<string, never>; body: CreateBudget; gives: BudgetShape };
    "/v1/tokenry/budgets/{budget_id}": { path: { budget_id: string }; query: Record<string, never>; body: UpdateBudget; gives: BudgetShape };
    "/v1/tokenry/budgets/{budget_id}/close": { path: { budget_id: string }; query: Record<string, never>; body: never; gives: BudgetShape };
    "/v1/tokenry/budgets/{budget_id}/values": { path: { budget_id: string }; query: Record<string, never>; body: SetValue; gives: BudgetShape };
    "/v1/tokenry/projects/{project_id}/budgets": { path: { project_id: string }; query: Record<string, never>; body: CreateBudget; gives: BudgetShape };
    "/v1/tokenry/projects/{project_id}/budgets/{budget_id}": { path: { project_id: string; budget_id: string }; query: Record<string, never>; body: UpdateBudget; gives: BudgetShape };
    "/v1/tokenry/projects/{project_id}/budgets/{budget_id}/close": { path: { project_id: string; budget_id: string }; query: Record<string, never>; body: never; gives: BudgetShape };
    "/v1/tokenry/limit_requests/{request_id}/approve": { path: { request_id: string }; query: Record<string, never>; body: TokenryApiMoneyLimitRequestsApprove; gives: LimitRequestShape };
    "/v1/tokenry/limit_requests/{request_id}/deny": { path: { request_id: string }; query: Record<string, never>; body: Deny; gives: LimitRequestShape };
    "/v1/tokenry/projects/{project_id}/limit_requests": { path: { project_id: string }; query: Record<string, never>; body: Ask; gives: LimitRequestShape };
    "/v1/tokenry/projects/{project_id}/limit_requests/{request_id}/approve": { path: { project_id: string; request_id: string }; query: Record<string, never>; body: TokenryApiMoneyLimitRequestsApprove; gives: LimitRequestShape };
    "/v1/tokenry/projects/{project_id}/limit_requests/{request_id}/deny": { path: { project_id: string; request_id: string }; query: Record<string, never>; body: Deny; gives: LimitRequestShape };
    "/v1/tokenry/me/limit_requests": { path: Record<string, never>; query: Record<string, never>; body: Ask; gives: LimitRequestShape };
    "/v1/tokenry/credits": { path: Record<string, never>; query: Record<string, never>; body: AddCredit; gives: CreditShape };
    "/v1/tokenry/plans": { path: Record<string, never>; query: Record<string, never>; body: CreatePlan; gives: PlanShape };
    "/v1/tokenry/subscriptions": { path: Record<string, never>; query: Record<string, never>; body: Subscribe; gives: SubscriptionShape };
    "/v1/tokenry/subscriptions/{subscription_id}/end": { path: { subscription_id: string }; query: Record<string, never>; body: never; gives: SubscriptionShape };
    "/v1/tokenry/me/passkeys": { path: Record<string, never>; query: Record<string, never>; body: NewPasskey; gives: PasskeyShape };
    "/v1/tokenry/me/passkeys/begin": { path: Record<string, never>; query: Record<string, never>; body: never; gives: PasskeyOptions };
    "/v1/tokenry/webhooks": { path: Record<string, never>; query: Record<string, never>; body: CreateWebhook; gives: WebhookWithSecret };
    "/v1/tokenry/webhooks/{webhook_id}": { path: { webhook_id: string }; query: Record<string, never>; body: UpdateWebhook; gives: WebhookShape };
    "/v1/tokenry/webhooks/{webhook_id}/rotate_secret": { path: { webhook_id: string }; query: Record<string, never>; body: never; gives: WebhookWithSecret };
    "/v1/tokenry/webhooks/{webhook_id}/test": { path: { webhook_id: string }; query: Record<string, never>; body: never; gives: DeliveryShape };
    "/v1/tokenry/deliveries/{delivery_id}/replay": { path: { delivery_id: string }; query: Record<string, never>; body: never; gives: DeliveryShape };
    "/v1/tokenry/people/{user_id}/erase": { path: { user_id: string }; query: Record<string, never>; body: ErasePerson; gives: Erased };
    "/v1/tokenry/projects/{project_id}/api_keys": { path: { project_id: string }; query: Record<string, never>; body: CreateOwnKey; gives: OwnKeyMade };
    "/v1/tokenry/programmes": { path: Record<string, never>; query: Record<string, never>; body: CreateProgramme; gives: ProgrammeShape };
    "/v1/tokenry/programmes/{programme_id}": { path: { programme_id: string }; query: Record<string, never>; body: ChangeProgramme; gives: ProgrammeShape };
    "/v1/tokenry/programmes/{programme_id}/cap": { path: { programme_id: string }; query: Record<string, never>; body: SetCap; gives: ProgrammeShape };
    "/v1/tokenry/programmes/{programme_id}/close": { path: { programme_id: string }; query: Record<string, never>; body: never; gives: ProgrammeShape };
    "/v1/tokenry/programmes/{programme_id}/calls": { path: { programme_id: string }; query: Record<string, never>; body: OpenCall; gives: CallShape };
    "/v1/tokenry/calls/{call_id}": { path: { call_id: string }; query: Record<string, never>; body: ChangeCall; gives: CallShape };
    "/v1/tokenry/calls/{call_id}/close": { path: { call_id: string }; query: Record<string, never>; body: never; gives: CallShape };
    "/v1/tokenry/applications/{application_id}/return": { path: { application_id: string }; query: Record<string, never>; body: Return; gives: ApplicationShape };
    "/v1/tokenry/applications/{application_id}/approve": { path: { application_id: string }; query: Record<string, never>; body: TokenryApiProgrammesApplicationsApprove; gives: ApplicationShape };
    "/v1/tokenry/applications/{application_id}/waitlist": { path: { application_id: string }; query: Record<string, never>; body: Wait; gives: ApplicationShape };
    "/v1/tokenry/applications/{application_id}/offer": { path: { application_id: string }; query: Record<string, never>; body: OfferAgain; gives: ApplicationShape };
    "/v1/tokenry/applications/{application_id}/decline": { path: { application_id: string }; query: Record<string, never>; body: TokenryApiProgrammesApplicationsDecline; gives: ApplicationShape };
    "/v1/tokenry/applications/{application_id}/assignments": { path: { application_id: string }; query: Record<string, never>; body: Assign; gives: AssignmentShape };
    "/v1/tokenry/me/applications": { path: Record<string, never>; query: Record<string, never>; body: Create; gives: MyApplication };
    "/v1/tokenry/me/applications/{application_id}": { path: { application_id: string }; query: Record<string, never>; body: Edit; gives: MyApplication };
    "/v1/tokenry/me/applications/{application_id}/submit": { path: { application_id: string }; query: Record<string, never>; body: AtRevision; gives: MyApplication };
    "/v1/tokenry/me/applications/{application_id}/withdraw": { path: { application_id: string }; query: Record<string, never>; body: AtRevision; gives: MyApplication };
    "/v1/tokenry/me/applications/{application_id}/accept": { path: { application_id: string }; query: Record<string, never>; body: Accept; gives: MyApplication };
    "/v1/tokenry/me/applications/{application_id}/refuse": { path: { application_id: string }; query: Record<string, never>; body: Refuse; gives: MyApplication };
    "/v1/tokenry/me/reviews/{assignment_id}/declare": { path: { assignment_id: string }; query: Record<string, never>; body: Declare; gives: Review };
    "/v1/tokenry/me/reviews/{assignment_id}/score": { path: { assignment_id: string }; query: Record<string, never>; body: Score; gives: Review };
    "/v1/tokenry/me/reviews/{assignment_id}/draft": { path: { assignment_id: string }; query: Record<string, never>; body: Keep; gives: Review };
    "/v1/tokenry/me/reviews/{assignment_id}/decline": { path: { assignment_id: string }; query: Record<string, never>; body: TokenryApiProgrammesMyReviewsDecline; gives: Review };
    "/v1/tokenry/awards": { path: Record<string, never>; query: Record<string, never>; body: CreateAward; gives: WholeAward };
    "/v1/tokenry/awards/{award_id}/amendments": { path: { award_id: string }; query: Record<string, never>; body: Amend; gives: AmendmentShape };
    "/v1/tokenry/awards/{award_id}/suspend": { path: { award_id: string }; query: Record<string, never>; body: Reason; gives: WholeAward };
    "/v1/tokenry/awards/{award_id}/resume": { path: { award_id: string }; query: Record<string, never>; body: MaybeReason; gives: WholeAward };
    "/v1/tokenry/awards/{award_id}/close": { path: { award_id: string }; query: Record<string, never>; body: Reason; gives: WholeAward };
    "/v1/tokenry/awards/{award_id}/reopen": { path: { award_id: string }; query: Record<string, never>; body: Reason; gives: WholeAward };
    "/v1/tokenry/award_amendments/{amendment_id}/approve": { path: { amendment_id: string }; query: Record<string, never>; body: MaybeReason; gives: AmendmentShape };
    "/v1/tokenry/award_amendments/{amendment_id}/deny": { path: { amendment_id: string }; query: Record<string, never>; body: Reason; gives: AmendmentShape };
    "/v1/tokenry/award_tranches/{tranche_id}/release": { path: { tranche_id: string }; query: Record<string, never>; body: MaybeReason; gives: TrancheShape };
    "/v1/tokenry/award_reports/{report_id}/accept": { path: { report_id: string }; query: Record<string, never>; body: MaybeReason; gives: ReportShape };
    "/v1/tokenry/award_reports/{report_id}/return": { path: { report_id: string }; query: Record<string, never>; body: Reason; gives: ReportShape };
    "/v1/tokenry/award_reports/{report_id}/waive": { path: { report_id: string }; query: Record<string, never>; body: Reason; gives: ReportShape };
    "/v1/tokenry/me/awards/{award_id}/amendments": { path: { award_id: string }; query: Record<string, never>; body: Amend; gives: AmendmentShape };
    "/v1/tokenry/me/award_amendments/{amendment_id}/take_back": { path: { amendment_id: string }; query: Record<string, never>; body: never; gives: AmendmentShape };
    "/v1/tokenry/me/award_reports/{report_id}/submit": { path: { report_id: string }; query: Record<string, never>; body: Submit; gives: ReportShape };
    "/v1/tokenry/certificates/{certificate_id}/reissue": { path: { certificate_id: string }; query: Record<string, never>; body: Reissue; gives: CertificateShape };
    "/v1/tokenry/chats/transcriptions": { path: Record<string, never>; query: Record<string, never>; body: never; gives: Dictated };
    "/v1/tokenry/chats": { path: Record<string, never>; query: Record<string, never>; body: CreateChat; gives: ChatShape };
    "/v1/tokenry/chats/{chat_id}": { path: { chat_id: string }; query: Record<string, never>; body: UpdateChat; gives: ChatShape };
    "/v1/tokenry/chats/{chat_id}/head": { path: { chat_id: string }; query: Record<string, never>; body: MoveHead; gives: ChatShape };
    "/v1/tokenry/projects/{project_id}/chatters": { path: { project_id: string }; query: Record<string, never>; body: LetChat; gives: Chatter };
    "/v1/tokenry/chats/{chat_id}/messages": { path: { chat_id: string }; query: Record<string, never>; body: SendMessage; gives: Sent };
    "/v1/tokenry/chats/{chat_id}/messages/{message_id}/answers": { path: { chat_id: string; message_id: string }; query: Record<string, never>; body: AnswerAgain; gives: MessageShape };
    "/v1/tokenry/chats/{chat_id}/messages/{message_id}/continue": { path: { chat_id: string; message_id: string }; query: Record<string, never>; body: AnswerAgain; gives: MessageShape };
    "/v1/tokenry/chats/{chat_id}/messages/{message_id}/stop": { path: { chat_id: string; message_id: string }; query: Record<string, never>; body: never; gives: MessageShape };
    "/v1/tokenry/folders": { path: Record<string, never>; query: Record<string, never>; body: CreateFolder; gives: FolderShape };
    "/v1/tokenry/folders/{folder_id}": { path: { folder_id: string }; query: Record<string, never>; body: UpdateFolder; gives: FolderShape };
    "/v1/tokenry/assistants": { path: Record<string, never>; query: Record<string, never>; body: CreateAssistant; gives: AssistantShape };
    "/v1/tokenry/assistants/{assistant_id}": { path: { assistant_id: string }; query: Record<string, never>; body: UpdateAssistant; gives: AssistantShape };
    "/v1/tokenry/workspace_files": { path: Record<string, never>; query: Record<string, never>; body: never; gives: WorkspaceFileShape };
    "/v1/tokenry/prompts": { path: Record<string, never>; query: Record<string, never>; body: CreatePrompt; gives: PromptShape };
    "/v1/tokenry/prompts/{prompt_id}": { path: { prompt_id: string }; query: Record<string, never>; body: UpdatePrompt; gives: PromptShape };
    "/v1/tokenry/chats/{chat_id}/shares": { path: { chat_id: string }; query: Record<string, never>; body: ShareChat; gives: TokenryApiWorkspaceSharesShareShape };
    "/v1/tokenry/workspace_policy": { path: Record<string, never>; query: Record<string, never>; body: UpdatePolicy; gives: PolicyShape };
    "/v1/tokenry/projects/{project_id}/training": { path: { project_id: string }; query: Record<string, never>; body: UpdateTraining; gives: TrainingShape };
    "/v1/tokenry/me/training": { path: Record<string, never>; query: Record<string, never>; body: SayConsent; gives: MyTraining };
    "/v1/tokenry/content_grants": { path: Record<string, never>; query: Record<string, never>; body: GiveLeave; gives: GrantShape };
  };
  PUT: {
  };
  DELETE: {
    "/v1/files/{file_id}": { path: { file_id: string }; query: Record<string, never>; body: never; gives: FileDeleted };
    "/v1/chat/completions/{completion_id}": { path: { completion_id: string }; query: Record<string, never>; body: never; gives: CompletionDeleted };
    "/v1/responses/{response_id}": { path: { response_id: string }; query: Record<string, never>; body: never; gives: ResponseDeleted };
    "/v1/conversations/{conversation_id}": { path: { conversation_id: string }; query: Record<string, never>; body: never; gives: ConversationDeleted };
    "/v1/conversations/{conversation_id}/items/{item_id}": { path: { conversation_id: string; item_id: string }; query: Record<string, never>; body: never; gives: Conversation };
    "/v1/organization/users/{user_id}": { path: { user_id: string }; query: Record<string, never>; body: never; gives: Deleted };
    "/v1/organization/projects/{project_id}/users/{user_id}": { path: { project_id: string; user_id: string }; query: Record<string, never>; body: never; gives: Deleted };
    "/v1/organization/invites/{invite_id}": { path: { invite_id: string }; query: Record<string, never>; body: never; gives: Deleted };
    "/v1/organization/admin_api_keys/{key_id}": { path: { key_id: string }; query: Record<string, never>; body: never; gives: Deleted };
    "/v1/organization/projects/{project_id}/api_keys/{api_key_id}": { path: { project_id: string; api_key_id: string }; query: Record<string, never>; body: never; gives: Deleted };
    "/v1/organization/projects/{project_id}/service_accounts/{service_account_id}": { path: { project_id: string; service_account_id: string }; query: Record<string, never>; body: never; gives: Deleted };
    "/v1/organization/groups/{group_id}": { path: { group_id: string }; query: Record<string, never>; body: never; gives: Deleted };
    "/v1/organization/groups/{group_id}/users/{user_id}": { path: { group_id: string; user_id: string }; query: Record<string, never>; body: never; gives: GroupUserDeleted };
    "/v1/organization/projects/{project_id}/groups/{group_id}": { path: { project_id: string; group_id: string }; query: Record<string, never>; body: never; gives: ProjectGroupDeleted };
    "/v1/organization/roles/{role_id}": { path: { role_id: string }; query: Record<string, never>; body: never; gives: Deleted };
    "/v1/projects/{project_id}/roles/{role_id}": { path: { project_id: string; role_id: string }; query: Record<string, never>; body: never; gives: Deleted };
    "/v1/organization/users/{user_id}/roles/{role_id}": { path: { user_id: string; role_id: string }; query: Record<string, never>; body: never; gives: RoleDeleted };
    "/v1/projects/{project_id}/users/{user_id}/roles/{role_id}": { path: { project_id: string; user_id: string; role_id: string }; query: Record<string, never>; body: never; gives: RoleDeleted };
    "/v1/organization/groups/{group_id}/roles/{role_id}": { path: { group_id: string; role_id: string }; query: Record<string, never>; body: never; gives: RoleDeleted };
    "/v1/projects/{project_id}/groups/{group_id}/roles/{role_id}": { path: { project_id: string; group_id: string; role_id: string }; query: Record<string, never>; body: never; gives: RoleDeleted };
    "/v1/organization/projects/{project_id}/model_permissions": { path: { project_id: string }; query: Record<string, never>; body: never; gives: DeletedPermissions };
    "/v1/organization/spend_limit": { path: Record<string, never>; query: Record<string, never>; body: never; gives: SpendLimitDeleted };
    "/v1/organization/projects/{project_id}/spend_limit": { path: { project_id: string }; query: Record<string, never>; body: never; gives: SpendLimitDeleted };
    "/v1/organization/spend_alerts/{alert_id}": { path: { alert_id: string }; query: Record<string, never>; body: never; gives: SpendAlertDeleted };
    "/v1/organization/projects/{project_id}/spend_alerts/{alert_id}": { path: { project_id: string; alert_id: string }; query: Record<string, never>; body: never; gives: SpendAlertDeleted };
    "/v1/tokenry/me/sessions": { path: Record<string, never>; query: Record<string, never>; body: never; gives: SessionsEnded };
    "/v1/tokenry/me/sessions/{session_id}": { path: { session_id: string }; query: Record<string, never>; body: never; gives: SessionsEnded };
    "/v1/tokenry/members/{user_id}/sessions": { path: { user_id: string }; query: Record<string, never>; body: never; gives: SessionsEnded };
    "/v1/tokenry/me/passkeys/{passkey_id}": { path: { passkey_id: string }; query: Record<string, never>; body: never; gives: PasskeyDeleted };
    "/v1/tokenry/webhooks/{webhook_id}": { path: { webhook_id: string }; query: Record<string, never>; body: never; gives: DeletedWebhook };
    "/v1/tokenry/assignments/{assignment_id}": { path: { assignment_id: string }; query: Record<string, never>; body: never; gives: AssignmentShape };
    "/v1/tokenry/chats/{chat_id}": { path: { chat_id: string }; query: Record<string, never>; body: never; gives: Deleted };
    "/v1/tokenry/folders/{folder_id}": { path: { folder_id: string }; query: Record<string, never>; body: never; gives: Deleted };
    "/v1/tokenry/assistants/{assistant_id}": { path: { assistant_id: string }; query: Record<string, never>; body: never; gives: Deleted };
    "/v1/tokenry/workspace_files/{file_id}": { path: { file_id: string }; query: Record<string, never>; body: never; gives: Deleted };
    "/v1/tokenry/prompts/{prompt_id}": { path: { prompt_id: string }; query: Record<string, never>; body: never; gives: Deleted };
    "/v1/tokenry/shares/{share_id}": { path: { share_id: string }; query: Record<string, never>; body: never; gives: Deleted };
    "/v1/tokenry/content_grants/{grant_id}": { path: { grant_id: string }; query: Record<string, never>; body: never; gives: GrantShape };
  };
}
