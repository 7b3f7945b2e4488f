"""A file host for tests: byte ranges, entity tags, connections that break, and a tiny Python package index."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class FileHost:
    """What is served, how it misbehaves, and what was asked."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.files: dict[str, bytes] = {}
        self.asked: list[tuple[str, str | None]] = []  # path and range of every GET
        self.break_after: int | None = None  # bytes, of the next answer only
        self.tags = True
        self.ranges = True
        self.holding: threading.Event | None = None  # answers wait for it when set

    def wheel(self, project: str, version: str, content: bytes) -> None:
        """Offer a wheel on the package index at `<url>/simple`."""
        name = f"{project.replace('-', '_')}-{version}-py3-none-any.whl"
        digest = hashlib.sha256(content).hexdigest()
        self.files[f"/files/{name}"] = content
        page = f'<a href="{self.url}/files/{name}#sha256={digest}">{name}</a>'
        self.files[f"/simple/{project}/"] = page.encode()


@contextmanager
def file_host() -> Iterator[FileHost]:
    """A host that runs in threads of its own."""
    server = _Server(("127.0.0.1", 0), _Handler)
    host = FileHost(server.server_port)
    server.host = host  # type: ignore[attr-defined] # the handler looks for it there
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Clients that go away are part of the tests, not news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        host: FileHost = self.server.host  # type: ignore[attr-defined] # set in file_host
        asked = self.headers.get("range")
        host.asked.append((self.path, asked))
        if host.holding is not None:
            host.holding.wait(5)
        data = host.files.get(self.path)
        if data is None:
            self._send(404, b"", {}, None)
            return
        tag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
        headers = {"etag": tag} if host.tags else {}
        cut, host.break_after = host.break_after, None
        match = re.fullmatch(r"bytes=(\d+)-", asked or "")
        if match is None or not host.ranges or self.headers.get("if-range", tag) != tag:
            self._send(200, data, headers, cut)
        elif int(match[1]) >= len(data):
            self._send(416, b"", {"content-range": f"bytes */{len(data)}"}, None)
        else:
            start = int(match[1])
            headers["content-range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
            self._send(206, data[start:], headers, cut)

    def _send(self, status: int, body: bytes, headers: dict[str, str], cut: int | None) -> None:
        self.send_response(status)
        kind = "text/html" if self.path.startswith("/simple") else "application/octet-stream"
        for name, value in {**headers, "content-type": kind, "content-length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:cut])
        if cut is not None:
            self.close_connection = True
