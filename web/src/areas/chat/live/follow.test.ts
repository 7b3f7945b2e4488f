import { expect, it } from "vitest";
import { type Follower, follow, pause, type World } from "./follow";

type Said = { type: "text"; text: string } | { type: "message" };

/** A server that holds these events and breaks each connection after so many of them. */
function served(events: Said[], breaks: number[], refusals: Record<number, number> = {}) {
  const asked: number[] = [];
  let connection = 0;
  const fetch: World["fetch"] = async (address) => {
    const after = Number(new URL(address, "http://h").searchParams.get("after"));
    const refusal = refusals[connection];
    const limit = breaks[connection++] ?? events.length;
    asked.push(after);
    if (refusal === 0) throw new TypeError("network");
    if (refusal) return new Response("{}", { status: refusal });
    const lines = events
      .map((event, at) => `id: ${at + 1}\ndata: ${JSON.stringify(event)}\n\n`)
      .slice(after, after + limit);
    return new Response(`: hello\n\n${lines.join("")}`);
  };
  return { fetch, asked };
}

function stand(fetch: World["fetch"]) {
  const lines: string[] = [];
  const slept: number[] = [];
  let text = "";
  const abort = new AbortController();
  const follower: Follower<Said> = {
    after: 0,
    address: (after) => `/events?after=${after}`,
    onEvent: (event) => {
      if (event.type === "text") text += event.text;
      return event.type === "message";
    },
    onLine: (line) => lines.push(line),
    signal: abort.signal,
  };
  const world: World = {
    fetch,
    sleep: async (ms) => {
      slept.push(ms);
      if (slept.length > 50) abort.abort();
    },
    random: () => 1,
  };
  return { run: () => follow(follower, world), text: () => text, lines, slept, abort };
}

const WORDS: Said[] = [..."abcdefgh"].map((text) => ({ type: "text", text }));
const WHOLE: Said[] = [...WORDS, { type: "message" }];

it("reads an answer to its end", async () => {
  const server = served(WHOLE, []);
  const here = stand(server.fetch);
  expect(await here.run()).toEqual({ how: "whole" });
  expect(here.text()).toBe("abcdefgh");
  expect(here.lines).toEqual(["open"]);
});

it("loses nothing and repeats nothing, wherever the line breaks", async () => {
  for (const breaks of [[0, 3, 0, 2], [1, 1, 1, 1, 1, 1, 1], [8], [0, 0, 0]]) {
    const server = served(WHOLE, breaks);
    const here = stand(server.fetch);
    expect(await here.run()).toEqual({ how: "whole" });
    expect(here.text()).toBe("abcdefgh");
  }
});

it("asks for what comes after the last event it has", async () => {
  const server = served(WHOLE, [3, 2]);
  await stand(server.fetch).run();
  expect(server.asked).toEqual([0, 3, 5]);
});

it("waits longer each time, and shortly again once something came", async () => {
  const server = served(WHOLE, [2, 9, 9, 9, 1], { 1: 503, 2: 0, 3: 429 });
  const here = stand(server.fetch);
  expect(await here.run()).toEqual({ how: "whole" });
  expect(here.slept).toEqual([500, 1000, 2000, 4000, 500]);
  expect(here.lines).toEqual(["open", "lost", "lost", "lost", "lost", "open", "lost", "open"]);
  expect(pause(99, 1)).toBe(15_000);
});

it("says when the server refuses", async () => {
  for (const status of [401, 403, 404]) {
    const ended = await stand(served(WHOLE, [], { 0: status }).fetch).run();
    expect(ended.how === "refused" && ended.response.status).toBe(status);
  }
});

it("stops when it is told to", async () => {
  const here = stand(served(WORDS, []).fetch);
  expect(await here.run()).toEqual({ how: "stopped" });
});
