"""The pieces of a chat answer as the content blocks of a message, one after the other, each begun and ended.

Pure. Blocks cannot lie in each other, but a chat's calls may come in turns: a call is told as it comes while it is the
first that is not complete, and the others wait for it.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

import msgspec

from tokenry.gateway import Arguments, Call, Piece, Reasoning, Refusal, Text

_ID = re.compile(r"[a-zA-Z0-9_-]{1,200}")
_DELTAS = {"text": ("text_delta", "text"), "thinking": ("thinking_delta", "thinking")}


class _Json:
    """Watches a JSON text as it comes, and knows when its object is closed; each character is looked at once."""

    def __init__(self) -> None:
        self.complete = False
        self._depth = 0
        self._quoted = self._escaped = False

    def read(self, text: str) -> None:
        for character in text:
            if self._escaped:
                self._escaped = False
            elif self._quoted:
                self._escaped, self._quoted = character == "\\", character != '"'
            elif character == '"':
                self._quoted = True
            elif character in "{[":
                self._depth += 1
            elif character in "}]":
                self._depth -= 1
                self.complete = self._depth <= 0


class _Lane:
    """One block. `untold`: what was said and not told yet; `ended`: its end is told, and nothing more is taken."""

    def __init__(self, start: dict[str, Any]) -> None:
        self.start = start
        self.kind = str(start["type"])
        self.untold: list[str] = []
        self.said: list[str] = []
        self.begun = False
        self.ended = False
        self._json = _Json() if self.kind == "tool_use" else None

    def add(self, text: str) -> None:
        if self.ended:
            return
        self.untold.append(text)
        self.said.append(text)
        if self._json is not None:
            self._json.read(text)

    @property
    def complete(self) -> bool:
        """Nothing that belongs to it can follow what is said already."""
        return self._json is None or self._json.complete

    def block(self) -> dict[str, Any]:
        """The block as it stands in a whole message."""
        text = "".join(self.said)
        if self.kind == "tool_use":
            return {**self.start, "input": _object(text) or {}}
        return {**self.start, self.kind: text}


class Lanes:
    """Takes the pieces of one answer.

    Args:
        request_id: where an engine names no call, its name comes from this.
        thoughts: whether they are shown.
    """

    def __init__(self, request_id: str, *, thoughts: bool) -> None:
        self.refusal: list[str] = []
        self._request_id = request_id
        self._thoughts = thoughts
        self._lanes: list[_Lane] = []
        self._calls: dict[int, _Lane] = {}
        self._at = 0

    @property
    def calls(self) -> bool:
        """Whether a tool is called."""
        return bool(self._calls)

    def take(self, pieces: list[Piece]) -> list[dict[str, Any]]:
        """The payloads of events that tell these pieces, as far as they can be told now."""
        for piece in pieces:
            self._take(piece)
        return self._tell()

    def close(self) -> list[dict[str, Any]]:
        """The payloads of events that tell the rest: nothing follows."""
        events = []
        while self._at < len(self._lanes):
            events += [*self._flush(), self._end()]
        return events

    def content(self) -> list[dict[str, Any]]:
        """The blocks of the whole message."""
        return [lane.block() for lane in self._lanes]

    def _take(self, piece: Piece) -> None:
        match piece:
            case Reasoning():
                if self._thoughts:
                    self._lane("thinking", {"type": "thinking", "thinking": "", "signature": ""}).add(piece.text)
            case Text():
                if piece.text:
                    self._lane("text", {"type": "text", "text": ""}).add(piece.text)
            case Refusal():
                self.refusal.append(piece.text)
                self._lane("text", {"type": "text", "text": ""}).add(piece.text)
            case Call():
                name = told_id(piece.id, f"{self._request_id}.{piece.index}")
                lane = _Lane({"type": "tool_use", "id": name, "name": piece.name, "input": {}})
                self._calls[piece.index] = lane
                self._lanes.append(lane)
            case Arguments():
                self._calls[piece.index].add(piece.text)
            case _:
                pass  # ends are told by whoever knows the usage; of the rest this API has no word

    def _lane(self, kind: str, start: dict[str, Any]) -> _Lane:
        """The block that goes on, or a new one."""
        if not self._lanes or self._lanes[-1].kind != kind:
            self._lanes.append(_Lane(start))
        return self._lanes[-1]

    def _tell(self) -> list[dict[str, Any]]:
        events = []
        while self._at < len(self._lanes):
            events += self._flush()
            if self._at + 1 == len(self._lanes) or not self._lanes[self._at].complete:
                break
            events.append(self._end())
        return events

    def _end(self) -> dict[str, Any]:
        """The block at hand is told; on to the next."""
        index, self._at = self._at, self._at + 1
        self._lanes[index].ended = True
        return {"type": "content_block_stop", "index": index}

    def _flush(self) -> list[dict[str, Any]]:
        """What is new of the block at hand."""
        lane, index = self._lanes[self._at], self._at
        events: list[dict[str, Any]] = []
        if not lane.begun:
            lane.begun = True
            events.append({"type": "content_block_start", "index": index, "content_block": lane.start})
        if lane.untold:
            text = "".join(lane.untold)
            lane.untold.clear()
            kind, name = _DELTAS.get(lane.kind, ("input_json_delta", "partial_json"))
            events.append({"type": "content_block_delta", "index": index, "delta": {"type": kind, name: text}})
        return events


def told_id(name: str, otherwise: str) -> str:
    """The id of a call as clients know it: the engine's, which can be had back from it (`blocks.checked_id`).

    Args:
        otherwise: what an id is made from when the engine gave none that can be told.
    """
    if name.startswith("toolu_") and _ID.fullmatch(name):
        return name
    if _ID.fullmatch(name):
        return f"toolu_{name}"
    return "toolu_" + hashlib.sha256(f"{otherwise}\0{name}".encode()).hexdigest()[:24]


def _object(text: str) -> dict[str, Any] | None:
    """The JSON object that a text is, if it is one."""
    try:
        decoded = msgspec.json.decode(text) if text else {}
    except (ValueError, RecursionError):
        return None
    return decoded if isinstance(decoded, dict) else None
