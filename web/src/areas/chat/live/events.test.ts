import { expect, it } from "vitest";
import { EventReader } from "./events";

const STREAM =
  'id: 1\ndata: {"a":1}\n\n: still here\n\nid: 2\r\ndata: two\r\ndata: lines\r\n\r\nevent: end\ndata\n\nid: 3\rdata:x\r\r';

it("reads the same events however the stream is cut", () => {
  const expected = [
    { id: "1", event: "message", data: '{"a":1}' },
    { id: "2", event: "message", data: "two\nlines" },
    { id: "2", event: "end", data: "" },
    { id: "3", event: "message", data: "x" },
  ];
  for (let size = 1; size <= STREAM.length; size++) {
    const reader = new EventReader();
    const events = [];
    for (let at = 0; at < STREAM.length; at += size) events.push(...reader.push(STREAM.slice(at, at + size)));
    expect(events).toEqual(expected);
  }
});

it("keeps half an event for itself", () => {
  const reader = new EventReader();
  expect(reader.push("id: 7\ndata: half")).toEqual([]);
  expect(reader.push("\n\n")).toEqual([{ id: "7", event: "message", data: "half" }]);
});

it("refuses an event without an end", () => {
  const reader = new EventReader();
  expect(() => {
    for (let n = 0; n < 20; n++) reader.push("x".repeat(1_000_000));
  }).toThrow(RangeError);
});
