"""A mail server and a web server, each as wayward as a test wants, on this machine."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Received:
    """One call of a webhook."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class WebServer:
    """Answers every call with the same bytes; None = with nothing, for as long as the caller waits."""

    answer: bytes | None = b"HTTP/1.1 204 No Content\r\n\r\n"
    calls: list[Received] = field(default_factory=list)
    port: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?a=1"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.calls.append(Received(head[0], headers, body))
        self.arrived.set()
        if self.answer is None:
            await reader.read()
        else:
            writer.write(self.answer)
        writer.close()


@dataclass
class MailServer:
    """Takes mails, or answers a command with what `refuses` says to it."""

    mails: list[tuple[str, list[str], str]] = field(default_factory=list)  # from, to, data
    refuses: Callable[[str], str | None] = lambda _command: None
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())

        say("220 sink")
        sender, to = "", list[str]()
        while line := (await reader.readline()).decode().strip():
            word = line.split(":")[0].split(" ")[0].upper()
            if refusal := self.refuses(line):
                say(refusal)
            elif word == "EHLO":
                say("250 sink")
            elif word == "MAIL":
                sender = line
                say("250 ok")
            elif word == "RCPT":
                to.append(line)
                say("250 ok")
            elif word == "DATA":
                say("354 go on")
                self.mails.append((sender, to, (await reader.readuntil(b"\r\n.\r\n")).decode()))
                say("250 taken")
            else:
                say("502 no")
        writer.close()


@asynccontextmanager
async def listening(*peers: WebServer | MailServer, tls: ssl.SSLContext | None = None) -> AsyncIterator[None]:
    """Let them listen until the block ends; with TLS from the first byte when there is a context."""
    servers = []
    for peer in peers:
        server = await asyncio.start_server(peer.serve, "127.0.0.1", 0, ssl=tls)
        peer.port = server.sockets[0].getsockname()[1]
        servers.append(server)
    try:
        yield
    finally:
        for server in servers:
            server.close()
            await server.wait_closed()
