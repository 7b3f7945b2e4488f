"""The web server around the ASGI app: uvicorn with our own listeners, our own signals and our own end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import ssl
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn

from tokenry.api import Doorway
from tokenry.base.logs import get_logger

BACKLOG = 4096
KEEP_ALIVE_S = 75
HANDSHAKE_S = 10.0  # for a TLS handshake
GOODBYE_S = 2.0  # for the other end of a TLS connection to say that it has heard the end
CUT_S = 5.0  # for requests that were cut to be charged, and their clients told
FORCED_CUT_S = 1.0  # the same after a second signal
POLL_S = 0.02

log = get_logger("tokenry")


class WebServer(uvicorn.Server):
    """uvicorn without its signal handlers: the process's signals are the composition root's.

    Attributes:
        drain_timeout_s: seconds that running requests get to end in.
        cut: ends what still runs then; called until nothing does.
        busy: whether something runs that has no connection.
    """

    def __init__(self, config: uvicorn.Config, tls: ssl.SSLContext | None) -> None:
        super().__init__(config)
        self.drain_timeout_s = 0.0
        self.cut: Callable[[], None] = lambda: None
        self.busy: Callable[[], bool] = lambda: False
        self._tls = tls

    def sweep(self) -> None:
        """Look after connections whose request does not come to an end."""
        for connection in list(self.server_state.connections):
            if isinstance(connection, Doorway):
                connection.sweep()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen; `started` says so."""
        loop = asyncio.get_running_loop()
        made: dict[str, Any] = {"ssl": self._tls, "backlog": BACKLOG}
        if self._tls is not None:
            made |= {"ssl_handshake_timeout": HANDSHAKE_S, "ssl_shutdown_timeout": GOODBYE_S}
        self.servers = []
        for each in sockets or []:
            listen: Any = loop.create_server if each.family != _UNIX else loop.create_unix_server
            self.servers.append(await listen(self._connection, sock=each, **made))
        self.started = True

    def _connection(self) -> asyncio.Protocol:
        made: Any = self.config.http_protocol_class
        protocol: asyncio.Protocol = made(config=self.config, server_state=self.server_state, app_state={})
        return protocol

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take nobody new, let what runs end, cut what does not."""
        for server in self.servers:
            server.close()
        for one in sockets or []:
            one.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if not await self._ended(self.drain_timeout_s, forced=False):
            if self.server_state.tasks:
                log.warning("requests that did not end in time are cut", running=len(self.server_state.tasks))
            await self._cut()

    async def _cut(self) -> None:
        grace_s = FORCED_CUT_S if self.force_exit else CUT_S
        if await self._ended(grace_s, self.cut, forced=True):
            return
        # uvicorn would call each a fault of the app's, with a traceback; that they are cut stands in the log already.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        for task in list(self.server_state.tasks):
            task.cancel()
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        await self._ended(FORCED_CUT_S, forced=True)

    async def _ended(self, seconds: float, each_time: Callable[[], None] = lambda: None, *, forced: bool) -> bool:
        """Whether no connection and no request is left after at most so many seconds; fewer once the end is forced."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while self.server_state.connections or self.server_state.tasks or self.busy():
            if loop.time() >= deadline or (self.force_exit and not forced):
                return False
            each_time()
            await asyncio.sleep(POLL_S)
        return True

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


_UNIX = getattr(socket, "AF_UNIX", None)


def web_server(app: Any, protocol: Any, tls: ssl.SSLContext | None = None) -> WebServer:
    """A server for sockets that are bound already.

    Args:
        app: the ASGI app.
        protocol: what makes the protocol of each connection.
        tls: what to speak TLS with; None for plain HTTP.
    """
    config = uvicorn.Config(
        app,
        http=protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_S,
    )
    return WebServer(config, tls)
