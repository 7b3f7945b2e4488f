import { expect, it } from "vitest";
import { LiveAnswers } from "./answers";

function stand(cost = 0) {
  const timers: { work: () => void; ms: number }[] = [];
  let now = 0;
  const later = (work: () => void, ms: number) => void timers.push({ work, ms });
  const answers = new LiveAnswers({ now: () => now, later, shown: (work) => work() });
  const seen: string[] = [];
  answers.watch("msg_1", () => {
    now += cost;
    const live = answers.get("msg_1");
    seen.push(live ? `${live.line}:${live.text}` : "gone");
  });
  return { answers, timers, seen, tick: () => timers.shift()?.work() };
}

const message = (position: number | null, text = "") => ({ id: "msg_1", text, reasoning: null, sources: [], position });
const text = (said: string) => ({ type: "text", text: said }) as const;

it("shows many pieces at once, and the line's state at once", () => {
  const { answers, seen, timers, tick } = stand();
  answers.begin(message(0));
  answers.onLine("msg_1", "open");
  for (const [at, piece] of ["one ", "two ", "three"].entries()) answers.take("msg_1", text(piece), at + 1);
  expect(seen).toEqual(["opening:", "open:"]);
  expect(timers).toHaveLength(1);
  tick();
  expect(seen).toEqual(["opening:", "open:", "open:one two three"]);
  answers.onLine("msg_1", "lost");
  answers.end("msg_1");
  expect(seen.slice(3)).toEqual(["lost:one two three", "gone"]);
});

it("shows more rarely what takes long to show", () => {
  const { answers, timers, tick } = stand(30);
  answers.begin(message(0));
  answers.take("msg_1", text("a"), 1);
  expect(timers[0]?.ms).toBe(40);
  tick();
  answers.take("msg_1", text("b"), 2);
  expect(timers[0]?.ms).toBe(120);
});

it("goes on from what the message holds already, and never backwards", () => {
  const { answers, tick } = stand();
  expect(answers.begin(message(5, "Hello")).text).toBe("Hello");
  answers.take("msg_1", text(" there"), 11);
  tick();
  expect(answers.begin(message(5, "Hello")).text).toBe("Hello there");
  expect(answers.begin(message(20, "Hello there, and on"))).toMatchObject({
    text: "Hello there, and on",
    position: 20,
  });
});

it("begins at nothing when the server does not say how far the text goes", () => {
  const { answers } = stand();
  expect(answers.begin(message(null, "half of it"))).toMatchObject({ text: "", position: 0 });
});

it("ends with the message's own words, shown at once", () => {
  const { answers, seen } = stand();
  answers.begin(message(0));
  answers.take("msg_1", text("half"), 4);
  answers.finish({ id: "msg_1", text: "half and whole", reasoning: null, sources: [] });
  expect(seen.at(-1)).toBe("open:half and whole");
  answers.finish({ id: "msg_9", text: "never begun", reasoning: null, sources: [] });
  expect(answers.get("msg_9")).toBeNull();
});

it("takes nothing twice", () => {
  const { answers, tick } = stand();
  answers.begin(message(0));
  answers.take("msg_1", text("one "), 4);
  answers.take("msg_1", text("two"), 7);
  answers.take("msg_1", text("one "), 4);
  tick();
  expect(answers.get("msg_1")?.text).toBe("one two");
});

it("drops what comes for an answer that is over", () => {
  const { answers } = stand();
  answers.take("msg_9", text("late"), 3);
  expect(answers.get("msg_9")).toBeNull();
});
