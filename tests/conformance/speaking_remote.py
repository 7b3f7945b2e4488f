"""A remote that hears and speaks as OpenAI's newer models do: JSON alone, tokens counted, streams, bytes of sound.

Forms are read by the standard library's parser, not by ours.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKENS = {
    "type": "tokens", "input_tokens": 110, "output_tokens": 12, "total_tokens": 122,
    "input_token_details": {"audio_tokens": 110, "text_tokens": 0},
}  # fmt: skip
SOUND = bytes(range(256)) * 300


class Remote(ThreadingHTTPServer):
    """What was sent stands in `forms` (fields by name) and `spoken` (JSON)."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.forms: list[dict[str, list[str]]] = []
        self.spoken: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        """Its base URL."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Remote

    def log_message(self, *args: Any) -> None:
        """Silent."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/v1/audio/speech":
            self._speak(json.loads(body))
        else:
            self._hear(body)

    def _speak(self, asked: dict[str, Any]) -> None:
        self.server.spoken.append(asked)
        if asked.get("stream_format") == "sse":
            self._events(
                {"type": "speech.audio.delta", "audio": "AAAA"}, {"type": "speech.audio.done", "usage": TOKENS}
            )
            return
        broken = asked["input"].startswith("break")
        self._head("audio/mpeg", len(SOUND))
        self.wfile.write(SOUND[: len(SOUND) // 2] if broken else SOUND)
        self.close_connection = broken

    def _hear(self, body: bytes) -> None:
        form = message_from_bytes(b"content-type: " + self.headers["content-type"].encode() + b"\r\n\r\n" + body)
        fields: dict[str, list[str]] = {}
        parts: Any = form.get_payload()
        for part in parts:
            name = part.get_param("name", header="content-disposition")
            content = part.get_payload(decode=True)
            told = str(len(content)) if name == "file" else content.decode()
            fields.setdefault(str(name), []).append(told)
        self.server.forms.append(fields)
        if fields["response_format"] != ["json"]:
            words = f"response_format {fields['response_format'][0]!r} is not compatible with this model, use json"
            self._json({"error": {"message": words, "type": "invalid_request_error", "param": "response_format"}}, 400)
        elif fields.get("stream") == ["true"] and fields["model"] != ["deaf-to-streams"]:
            deltas = [{"type": "transcript.text.delta", "delta": word} for word in ("ask", " not")]
            self._events(*deltas, {"type": "transcript.text.done", "text": "ask not", "usage": TOKENS})
        elif fields["model"] == ["tells-nothing"]:
            self._json({"text": "ask not"})
        else:
            self._json({"text": "ask not", "usage": TOKENS})

    def _json(self, told: Any, status: int = 200) -> None:
        body = json.dumps(told).encode()
        self._head("application/json", len(body), status)
        self.wfile.write(body)

    def _events(self, *events: dict[str, Any]) -> None:
        body = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)
        self._head("text/event-stream", len(body))
        self.wfile.write(body)

    def _head(self, kind: str, length: int, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(length))
        self.end_headers()


@contextmanager
def remote() -> Iterator[Remote]:
    """One that listens."""
    with Remote() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
