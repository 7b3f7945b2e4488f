"""A client that sends exactly the bytes it is told, and reads answers as strictly as RFC 9112 lets it.

Knows HTTP/1.1 from the outside alone: a status line, header lines, a body framed in one way. Whatever a server sends
that is not that raises `BadAnswerError`, bytes after an answer that nobody asked for included.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import urlsplit

_STATUS = re.compile(rb"HTTP/1\.1 ([1-5]\d\d) [\x20-\x7e]*")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([\x20-\x7e\t]*)")
_CHUNK = re.compile(rb"[0-9a-fA-F]{1,8}")
PATIENCE_S = 10.0


class BadAnswerError(AssertionError):
    """What the server sent is no answer."""


class BrokenOffError(BadAnswerError):
    """The connection ended in the midst of an answer."""


@dataclass
class Reply:
    """One answer. Header names in lower case."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def code(self) -> str | None:
        """The error's code; every error has the envelope."""
        error = json.loads(self.body)["error"]
        assert error.keys() == {"message", "type", "param", "code"}, error
        assert isinstance(error["message"], str)
        assert error["message"]
        code: str | None = error["code"]
        return code

    def json(self) -> Any:
        return json.loads(self.body)


class Line:
    """One connection. Whoever opens some calls `all_leave` at the end."""

    open_: ClassVar[set[Line]] = set()

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer
        self.closed = False  # the server has closed it

    @classmethod
    async def open(cls, url: str) -> Line:
        where = urlsplit(url)
        line = cls(*await asyncio.open_connection(where.hostname, where.port))
        cls.open_.add(line)
        return line

    @classmethod
    async def all_leave(cls) -> None:
        """Drop what is still open."""
        await asyncio.gather(*[line.leave() for line in list(cls.open_)])

    async def send(self, data: bytes) -> None:
        """Send; a server that has hung up takes nothing more, which is its right."""
        if self.writer.is_closing():
            self.closed = True
            return
        try:
            self.writer.write(data)
            await self.writer.drain()
        except ConnectionError:
            self.closed = True

    async def reply(
        self, *, head_only: bool = False, patience_s: float = PATIENCE_S, tolerant: bool = False
    ) -> Reply | None:
        """The next answer; None when the server closed instead of giving one.

        Args:
            head_only: no body follows, as after HEAD.
            tolerant: an answer may break off, as one does whose asker has closed his half.
        """
        async with asyncio.timeout(patience_s):
            while True:
                try:
                    reply = await self._reply(head_only=head_only)
                except BrokenOffError:
                    if not tolerant:
                        raise
                    reply = None
                if reply is None or reply.status >= 200:
                    return reply

    async def rest(self, patience_s: float = PATIENCE_S) -> list[Reply]:
        """All answers until the server closes."""
        replies = []
        while (reply := await self.reply(patience_s=patience_s)) is not None:
            replies.append(reply)
        return replies

    async def reader_line(self) -> bytes | None:
        """The next line as it stands, an interim answer's too."""
        async with asyncio.timeout(PATIENCE_S):
            line = await self._line()
            return line if line is None or await self._line() == b"" else None

    async def leave(self) -> None:
        """Drop the connection."""
        self.open_.discard(self)
        self.writer.transport.abort()
        with suppress(ConnectionError):
            await self.writer.wait_closed()

    async def _reply(self, *, head_only: bool) -> Reply | None:
        line = await self._line()
        if line is None:
            self.closed = True
            return None
        found = _STATUS.fullmatch(line)
        if found is None:
            raise BadAnswerError(f"no status line: {line[:200]!r}")
        reply = Reply(int(found[1]), await self._headers())
        if not (head_only or reply.status < 200 or reply.status in {204, 304}):
            reply.body = await self._body(reply.headers)
        return reply

    async def _headers(self) -> dict[str, str]:
        headers: dict[str, str] = {}
        while (line := await self._line()) != b"":
            if line is None:
                raise BrokenOffError("the head broke off")
            found = _HEADER.fullmatch(line)
            if found is None:
                raise BadAnswerError(f"no header: {line[:200]!r}")
            name = found[1].decode().lower()
            if name in headers and name in {"content-length", "content-type", "transfer-encoding"}:
                raise BadAnswerError(f"{name} twice")
            headers[name] = found[2].decode()
        return headers

    async def _body(self, headers: dict[str, str]) -> bytes:
        length = headers.get("content-length")
        if headers.get("transfer-encoding") is not None:
            if length is not None or headers["transfer-encoding"] != "chunked":
                raise BadAnswerError(f"framed twice or oddly: {headers}")
            return await self._chunks()
        if length is None:
            raise BadAnswerError(f"a body of unknown length: {headers}")
        return await self._exactly(int(length))

    async def _chunks(self) -> bytes:
        body = b""
        while True:
            line = await self._line()
            if line is None:
                raise BrokenOffError("no further chunk")
            if not _CHUNK.fullmatch(line):
                raise BadAnswerError(f"no chunk: {line!r}")
            piece = await self._exactly(int(line, 16))
            if await self._line() != b"":
                raise BadAnswerError("a chunk without its end")
            if not piece:
                return body
            body += piece

    async def _exactly(self, size: int) -> bytes:
        try:
            return await self._reader.readexactly(size)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise BrokenOffError(f"the answer broke off: {error}") from None

    async def _line(self) -> bytes | None:
        """One line without its end; None at the end of the connection."""
        try:
            line = await self._reader.readuntil(b"\r\n")
        except asyncio.IncompleteReadError as error:
            if error.partial:
                raise BrokenOffError(f"half a line: {error.partial[:200]!r}") from None
            return None
        except ConnectionError:
            return None
        return line[:-2]


def request(
    method: str,
    path: str,
    *lines: str | bytes,
    body: bytes = b"",
    key: str | None = None,
    length: bool = True,
) -> bytes:
    """A well-formed request with these further header lines."""
    head = [f"{method} {path} HTTP/1.1".encode(), b"host: tokenry"]
    if key is not None:
        head.append(f"authorization: Bearer {key}".encode())
    if length and (body or method == "POST"):
        head.append(b"content-length: %d" % len(body))
    head += [line.encode("latin-1") if isinstance(line, str) else line for line in lines]
    return b"\r\n".join([*head, b"", body])


async def send_all(url: str, pieces: Iterable[bytes]) -> list[Reply]:
    """Send pieces, say that there will be no more, and read all that comes back."""
    line = await Line.open(url)
    try:
        for piece in pieces:
            await line.send(piece)
        if not line.closed and line.writer.can_write_eof():
            try:
                line.writer.write_eof()
            except OSError:
                line.closed = True
        return await line.rest()
    finally:
        await line.leave()
