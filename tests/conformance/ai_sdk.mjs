// Drives the AI SDK, unmodified, through one of its ways to speak to an OpenAI-compatible server, and prints one JSON
// line per answer: what the client was told. The Python test beside this file compares the lines with the receipts.
//
//     node ai_sdk.mjs BASE_URL KEY WAY CHAT_MODEL EMBEDDING_MODEL SCRIPTED_MODEL      WAY: compatible, chat or responses

import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL(join(process.cwd(), "package.json")));
const { embed, embedMany, generateObject, generateText, isStepCount, Output, streamText, tool } = await load("ai");
const { createOpenAI } = await load("@ai-sdk/openai");
const { createOpenAICompatible } = await load("@ai-sdk/openai-compatible");
const { z } = await load("zod");
const [baseURL, apiKey, way, chatModel, embeddingModel, scripted] = process.argv.slice(2);

const compatible = createOpenAICompatible({
  name: "tokenry", baseURL, apiKey, includeUsage: true, supportsStructuredOutputs: true,
});
const openai = createOpenAI({ baseURL, apiKey });
const model = { compatible, chat: openai.chat, responses: openai }[way];
const embedding = (way === "compatible" ? compatible : openai).embeddingModel(embeddingModel);

async function load(name) {
  return import(pathToFileURL(require.resolve(name)));
}

function tell(name, line) {
  console.log(JSON.stringify({ name, ...line }));
}

function steps(name, said, all) {
  all.forEach((step, place) => {
    const { text, usage, finishReason, toolCalls, toolResults, response } = step;
    const calls = toolCalls.map(({ toolName, input }) => ({ toolName, input }));
    const results = toolResults.map(({ toolName, output }) => ({ toolName, output }));
    tell(all.length > 1 ? `${name} ${place + 1}` : name, {
      id: response.headers["x-request-id"], usage, text, finishReason, calls, results, ...said,
    });
  });
}

async function whole(name, asked) {
  const result = await generateText({ maxRetries: 0, ...asked });
  steps(name, asked.output ? { output: result.output } : {}, result.steps);
}

async function streamed(name, asked) {
  const result = streamText({ maxRetries: 0, onError: ({ error }) => { throw error; }, ...asked });
  let pieces = 0;
  for await (const _ of result.textStream) pieces++;
  steps(name, { pieces, ...(asked.output ? { output: await result.output } : {}) }, await result.steps);
}

const weather = tool({
  description: "The weather in a city.",
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => `rain in ${city}`,
});
const person = Output.object({ schema: z.object({ name: z.string(), age: z.number().int() }) });
const asked = '[[tool=weather; args={"city": "Paris"}]]';

for (const name of [scripted, chatModel]) {
  const hello = { model: model(name), prompt: "Say hello.", maxOutputTokens: 16 };
  await whole(`${name} whole`, hello);
  await streamed(`${name} stream`, hello);
}
for (const [kind, run] of [["whole", whole], ["stream", streamed]]) {
  await run(`tool ${kind}`, { model: model(scripted), prompt: asked, tools: { weather }, stopWhen: isStepCount(3) });
  await run(`object ${kind}`, { model: model(scripted), prompt: "who", output: person });
}
const schema = z.object({ sure: z.boolean() });
const { object, response, usage } = await generateObject({ model: model(scripted), prompt: "sure?", schema, maxRetries: 0 });
tell("generateObject", { id: response.headers["x-request-id"], usage, output: object });
const one = await embed({ model: embedding, value: "hello world" });
tell("embed", { id: one.response.headers["x-request-id"], tokens: one.usage.tokens, vectors: [one.embedding] });
const many = await embedMany({ model: embedding, values: ["hello world", "rain in spring"] });
tell("embed many", { id: many.responses[0].headers["x-request-id"], tokens: many.usage.tokens, vectors: many.embeddings });
try {
  await generateText({ model: model("nonesuch"), prompt: "hello", maxRetries: 0 });
} catch (error) {
  tell("unknown model", { error: error.name, status: error.statusCode, message: error.message });
}
