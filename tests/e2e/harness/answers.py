"""What a client got: status, headers, body, and the events of a stream."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

ENVELOPE = {"message", "type", "param", "code"}


@dataclass
class Answer:
    """One answer as it stands; `complete` once its end has come. Header names are lower-case."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    complete: bool = False

    @property
    def request_id(self) -> str:
        return self.headers["x-request-id"]

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    def error(self) -> dict[str, Any]:
        """The error of the envelope, which must be whole: four keys and words."""
        assert self.headers["content-type"] == "application/json", self.headers
        body = self.json()
        assert body.keys() == {"error"}, body
        assert body["error"].keys() == ENVELOPE, body
        assert body["error"]["message"], body
        return dict(body["error"])

    def chunks(self) -> list[dict[str, Any]]:
        """The JSON of a stream's whole events, without [DONE] and comments."""
        lines = [
            event.removeprefix(b"data: ") for event in self.body.split(b"\n\n")[:-1] if event.startswith(b"data: ")
        ]
        return [json.loads(line) for line in lines if line != b"[DONE]"]

    @property
    def done(self) -> bool:
        """Whether the stream said that it is whole."""
        return self.body.endswith(b"data: [DONE]\n\n")

    def text(self) -> str:
        """The text of a chat stream's first choice, its deltas joined."""
        deltas = [chunk["choices"][0].get("delta", {}) for chunk in self.chunks() if chunk.get("choices")]
        return "".join([delta.get("content") or "" for delta in deltas])

    def tokens(self) -> int:
        """Content events with text, which on the mock and the scripted engine are one token each."""
        choices = [choice for chunk in self.chunks() for choice in chunk.get("choices", ())]
        return sum(1 for choice in choices if choice.get("delta", {}).get("content"))
