"""The web server around the ASGI app: a bound socket, uvicorn with our own signals, a graceful end."""

from __future__ import annotations

import contextlib
import errno
import socket
from collections.abc import Iterator
from typing import Any

import uvicorn

from tokenry.api import Doorway
from tokenry.base.errors import TokenryError

BACKLOG = 4096
KEEP_ALIVE_S = 75


class CannotListen(TokenryError):
    """The address is taken, or not ours."""

    code = "cannot_listen"


class WebServer(uvicorn.Server):
    """uvicorn without its signal handlers: the process's signals are the composition root's."""

    def sweep(self) -> None:
        """Look after connections whose request does not come to an end."""
        for connection in list(self.server_state.connections):
            if isinstance(connection, Doorway):
                connection.sweep()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def web_server(app: Any, protocol: Any, drain_timeout_s: int) -> WebServer:
    """A server that waits up to `drain_timeout_s` seconds for running requests when it is told to end.

    Args:
        app: the ASGI app.
        protocol: what makes the protocol of each connection, or uvicorn's name of one.
    """
    return WebServer(
        uvicorn.Config(
            app,
            http=protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            backlog=BACKLOG,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=drain_timeout_s,
        )
    )


def bind(host: str, port: int) -> socket.socket:
    """A listening-to-be socket.

    Raises:
        CannotListen: the port is in use, or the host is no address of this machine.
    """
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, proto)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            words = f"port {port} on {host} is in use; stop the other program or choose another with --port"
        elif error.errno == errno.EACCES:
            words = f"port {port} needs more rights than this user has; choose one above 1023 with --port"
        else:
            words = f"cannot listen on {host} port {port}: {error.strerror or error}"
        raise CannotListen(words) from None
    listener.setblocking(False)
    return listener


def url_of(listener: socket.socket) -> str:
    """Where people reach the socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
