// Drives OpenAI's own JavaScript client on /v1/responses, unmodified, and prints one JSON line per answer.
// The Python test beside this file compares the lines with the receipts.
//
//     node responses_node.mjs BASE_URL KEY CHAT_MODEL SCRIPTED_MODEL

import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL(join(process.cwd(), "package.json")));
const OpenAI = require("openai");
const { zodTextFormat } = require("openai/helpers/zod");
const { z } = require("zod");
const [baseURL, apiKey, chatModel, scripted] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey });
const asked = '[[tool=weather; args={"city": "Paris"}]]';
const tools = [{
  type: "function", name: "weather", strict: true,
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"], additionalProperties: false },
}];

function tell(name, line) {
  console.log(JSON.stringify({ name, ...line }));
}

async function whole(name, body) {
  const { data, response } = await client.responses.create(body).withResponse();
  tell(name, { id: response.headers.get("x-request-id"), usage: data.usage, answer: data, text: data.output_text });
  return data;
}

async function streamed(name, body) {
  const { data, response } = await client.responses.create({ ...body, stream: true }).withResponse();
  const events = [];
  for await (const event of data) events.push(event);
  const last = events.at(-1);
  const text = events.filter((event) => event.type === "response.output_text.delta").map((event) => event.delta).join("");
  tell(name, {
    id: response.headers.get("x-request-id"), usage: last.response.usage, answer: last.response, text,
    numbers: events.map((event) => event.sequence_number), last: last.type,
  });
}

async function refused(name, ask) {
  try {
    await ask();
    tell(name, { class: null });
  } catch (error) {
    tell(name, { class: error.constructor.name, status: error.status, code: error.code });
  }
}

for (const model of [scripted, chatModel]) {
  const body = { model, input: "Say hello.", max_output_tokens: 16, temperature: 0 };
  await whole(`${model} whole`, body);
  await streamed(`${model} stream`, body);
}
const { data: parsed, response } = await client.responses.parse({
  model: scripted, input: "who", text: { format: zodTextFormat(z.object({ name: z.string(), age: z.number().int() }), "person") },
}).withResponse();
tell("parse", { id: response.headers.get("x-request-id"), usage: parsed.usage, parsed: parsed.output_parsed });
const first = await whole("call", { model: scripted, input: asked, tools });
const output = { type: "function_call_output", call_id: first.output[0].call_id, output: "rain" };
const second = await whole("result", { model: scripted, input: [output], tools, previous_response_id: first.id });
const items = [];
for await (const item of client.responses.inputItems.list(second.id)) items.push(item.type);
const retrieved = await client.responses.retrieve(second.id);
tell("kept", { text: retrieved.output_text, items });
await client.responses.delete(second.id);
await refused("deleted", () => client.responses.retrieve(second.id));
await refused("unknown model", () => client.responses.create({ model: "nonesuch", input: "hello" }));
