"""A web server and a small store that speaks S3, on this machine, with the troubles that a test asks for."""

from __future__ import annotations

import http.server
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import md5
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit
from xml.sax.saxutils import escape


@dataclass
class Shelf:
    """What a server holds and what it does; requests are written down as (method, path, range).

    Args:
        files: bodies by path.
        ranges: whether it sends parts.
        breaks: how many answers end after `after` bytes.
        troubles: codes of the next answers.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    ranges: bool = True
    breaks: int = 0
    after: int = 1000
    troubles: list[int] = field(default_factory=list)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    sent: int = 0
    address: str = ""


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers from a shelf."""

    shelf: Shelf
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: Any) -> None:
        pass

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.shelf.asked.append((self.command, path, self.headers.get("range", "")))
        if self.shelf.troubles:
            self.end(self.shelf.troubles.pop(0), b"")
        elif path.startswith("/loop"):
            self.end(302, b"", {"Location": "/loop" + path[5:] + "x"})
        elif path == "/moved":
            self.end(302, b"", {"Location": "/a.warc.gz"})
        elif path.startswith("/secret"):
            self.end(403, b"")
        elif path in self.shelf.files:
            self.file(self.shelf.files[path])
        elif path.endswith("/"):
            names = sorted(name for name in self.shelf.files if name.startswith(path))
            links = "".join(f'<li><a href="{quote(name[len(path) :])}">{escape(name)}</a>' for name in names)
            self.end(200, f"<h1>Index</h1><a href='../'>up</a>{links}".encode(), {"Content-Type": "text/html"})
        else:
            self.end(404, b"")

    def file(self, body: bytes) -> None:
        headers = {"ETag": f'"{md5(body).hexdigest()}"', "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT"}
        wanted = self.headers.get("range", "").removeprefix("bytes=")
        if not wanted or not self.shelf.ranges:
            self.end(200, body, headers)
            return
        first, _, last = wanted.partition("-")
        if int(first) >= len(body):
            self.end(416, b"", headers)
            return
        part = body[int(first) : int(last) + 1 if last else None]
        self.end(206, part, headers | {"Content-Range": f"bytes {first}-{int(first) + len(part) - 1}/{len(body)}"})

    def end(self, code: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(code)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        if self.shelf.breaks and len(body) > self.shelf.after:
            self.shelf.breaks -= 1
            body = body[: self.shelf.after]
            self.close_connection = True
        self.shelf.sent += len(body)
        self.wfile.write(body)


class Store(Handler):
    """The three requests of S3 that reading takes, with addresses as /BUCKET/KEY."""

    def answer(self) -> None:
        parts = urlsplit(self.path)
        path, query = unquote(parts.path), parse_qs(parts.query)
        bucket = path.strip("/").partition("/")[0]
        self.shelf.asked.append((self.command, path, self.headers.get("range", "")))
        if bucket != "public" and not self.headers.get("authorization", "").startswith(
            "AWS4-HMAC-SHA256 Credential=reader/"
        ):
            self.end(403, b"<Error><Code>InvalidAccessKeyId</Code></Error>")
        elif bucket == "secret":
            self.end(403, b"<Error><Code>AccessDenied</Code></Error>")
        elif not any(name.startswith(f"/{bucket}/") for name in self.shelf.files):
            self.end(404, b"<Error><Code>NoSuchBucket</Code></Error>")
        elif "list-type" in query:
            self.end(200, self.list(bucket, query.get("prefix", [""])[0], query.get("delimiter", [""])[0]))
        elif path in self.shelf.files:
            self.file(self.shelf.files[path])
        else:
            self.end(404, b"<Error><Code>NoSuchKey</Code></Error>")

    def list(self, bucket: str, prefix: str, delimiter: str) -> bytes:
        keys = sorted(name.removeprefix(f"/{bucket}/") for name in self.shelf.files if name.startswith(f"/{bucket}/"))
        keys = [key for key in keys if key.startswith(prefix)]
        deep = {prefix + key[len(prefix) :].partition("/")[0] + "/" for key in keys if "/" in key[len(prefix) :]}
        folders = deep if delimiter else set()
        rows = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(self.shelf.files[f'/{bucket}/{key}'])}</Size>"
            "<LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>"
            for key in keys
            if not (delimiter and "/" in key[len(prefix) :])
        )
        common = "".join(f"<CommonPrefixes><Prefix>{escape(one)}</Prefix></CommonPrefixes>" for one in sorted(folders))
        return (
            f"<ListBucketResult><Name>{bucket}</Name><IsTruncated>false</IsTruncated><KeyCount>{len(keys)}</KeyCount>"
            f"{rows}{common}</ListBucketResult>"
        ).encode()


@contextmanager
def serving(handler: type[Handler], shelf: Shelf, context: ssl.SSLContext | None = None) -> Iterator[Shelf]:
    """A server for as long as this lasts; its address stands on the shelf."""
    kind = type("Bound", (handler,), {"shelf": shelf})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.daemon_threads = True
    server.handle_error = lambda request, address: None  # type: ignore[method-assign]  # who went away needs no trace
    shelf.address = f"http{'s' if context else ''}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield shelf
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
