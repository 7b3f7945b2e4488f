/** The framing of server-sent events: bytes in, events out. Knows nothing of what is in them or how they travel. */

export type ServerEvent = { id: string | null; event: string; data: string };

/** Beyond this an event is not ours. */
const LONGEST = 8_000_000;

/** Takes the text of a stream in pieces of any cut and gives the events that are whole. */
export class EventReader {
  #rest = "";
  #skipNewline = false;
  #data: string[] = [];
  #event = "";
  #id: string | null = null;

  push(piece: string): ServerEvent[] {
    let text = this.#rest + piece;
    if (this.#skipNewline && text.startsWith("\n")) text = text.slice(1);
    this.#skipNewline = false;
    const events: ServerEvent[] = [];
    let from = 0;
    for (const end of text.matchAll(/\r\n|\n|\r/g)) {
      if (end[0] === "\r" && end.index === text.length - 1) this.#skipNewline = true;
      this.#line(text.slice(from, end.index), events);
      from = end.index + end[0].length;
    }
    this.#rest = text.slice(from);
    if (this.#rest.length > LONGEST) throw new RangeError("an event without an end");
    return events;
  }

  #line(line: string, events: ServerEvent[]): void {
    if (line === "") {
      if (this.#data.length)
        events.push({ id: this.#id, event: this.#event || "message", data: this.#data.join("\n") });
      this.#data = [];
      this.#event = "";
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return; // a comment, which only keeps the line alive
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") this.#data.push(value);
    else if (field === "event") this.#event = value;
    else if (field === "id" && !value.includes("\0")) this.#id = value;
  }
}
