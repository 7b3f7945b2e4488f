// Drives OpenAI's own JavaScript client, unmodified, and prints one JSON line per answer: what the client was told.
// The Python test beside this file compares the lines with the receipts.
//
//     node openai_node.mjs BASE_URL KEY CHAT_MODEL EMBEDDING_MODEL SCRIPTED_MODEL '{"tools": …, "response_format": …}'

import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL(join(process.cwd(), "package.json")));
const OpenAI = require("openai");
const [baseURL, apiKey, chatModel, embeddingModel, scripted, shapes] = process.argv.slice(2);
const { tools, response_format } = JSON.parse(shapes);
const client = new OpenAI({ baseURL, apiKey });
const messages = [{ role: "user", content: "What is the weather in Paris today?" }];

function tell(name, line) {
  console.log(JSON.stringify({ name, ...line }));
}

async function plain(name, body) {
  const { data, response } = await client.chat.completions.create({ messages, ...body }).withResponse();
  tell(name, { id: response.headers.get("x-request-id"), usage: data.usage, choices: data.choices });
}

async function streamed(name, body) {
  const asked = { messages, ...body, stream: true, stream_options: { include_usage: true } };
  const { data, response } = await client.chat.completions.create(asked).withResponse();
  let usage = null;
  const choices = [];
  for await (const chunk of data) {
    if (chunk.usage) usage = chunk.usage;
    for (const part of chunk.choices) {
      const choice = (choices[part.index] ??= { content: "", finish_reason: null });
      choice.content += part.delta.content ?? "";
      choice.finish_reason = part.finish_reason ?? choice.finish_reason;
    }
  }
  tell(name, { id: response.headers.get("x-request-id"), usage, choices });
}

async function embeddings(name, body) {
  const input = ["hello world", "rain in spring"];
  const { data, response } = await client.embeddings.create({ input, ...body }).withResponse();
  const vectors = data.data.map((item) => item.embedding);
  tell(name, { id: response.headers.get("x-request-id"), usage: data.usage, vectors });
}

async function refused(name, other, body) {
  let statuses = 0;
  const counting = (...args) => (statuses++, fetch(...args));
  const unlucky = new OpenAI({ baseURL, apiKey, fetch: counting, ...other });
  try {
    await unlucky.chat.completions.create({ model: scripted, messages, ...body });
    tell(name, { class: null });
  } catch (error) {
    tell(name, { class: error.constructor.name, status: error.status, code: error.code, asked: statuses });
  }
}

const ids = [];
for await (const model of client.models.list()) ids.push(model.id);
tell("models", { ids });
for (const model of [scripted, chatModel]) {
  await plain(`${model} chat`, { model, max_tokens: 8 });
  await streamed(`${model} stream`, { model, max_completion_tokens: 8 });
  const { data, response } = await client.completions.create({ model, prompt: "Once", max_tokens: 4 }).withResponse();
  tell(`${model} completion`, { id: response.headers.get("x-request-id"), usage: data.usage, text: data.choices[0].text });
}
const model = scripted;
await plain("required", { model, tools, tool_choice: "required", max_tokens: 60 });
await plain("schema", { model, response_format, max_tokens: 40 });
await plain("choices", { model, n: 2, max_tokens: 4, logprobs: true, top_logprobs: 2 });
await embeddings("default", { model: embeddingModel });
await embeddings("float", { model: embeddingModel, encoding_format: "float" });
await refused("authentication", { apiKey: "sk-wrong" }, {});
await refused("unknown model", {}, { model: "nonesuch" });
await refused("bad request", {}, { max_tokens: -1 });
await refused("no funds", { apiKey: process.env.POOR_KEY }, {});
await refused("engine failed", { maxRetries: 1 }, { model: "script-unlucky-node" });
