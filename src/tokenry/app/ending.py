"""What signals do: SIGTERM and SIGINT end the server without loss, SIGHUP reads the configuration again.

The end has an order. `/readyz` says no at once; for `drain_delay_s` everything is served on, so that balancers notice;
then nobody new is taken and what runs has `drain_timeout_s` to end; then it is cut, charged for what it brought, and
told so. A second signal goes straight to the cut.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable

from tokenry.app.systemd import Systemd
from tokenry.app.web import CUT_S, WebServer
from tokenry.base.logs import get_logger
from tokenry.config import Server

REST_S = 15.0  # for engines to stop and the books to be closed once nothing runs

log = get_logger("tokenry")


class Ending:
    """The way out of one server.

    Args:
        server: what is ended.
        settings: gives the times in force.
        begun: called as the end begins; returns how many requests run.
        systemd: told how long it may take.
    """

    def __init__(
        self, server: WebServer, settings: Callable[[], Server], begun: Callable[[], int], systemd: Systemd
    ) -> None:
        self._server = server
        self._settings = settings
        self._begun = begun
        self._systemd = systemd
        self._is_begun = False

    def signalled(self) -> None:
        """The first call begins the end, the second does not wait for it."""
        server = self._server
        if self._is_begun:
            server.should_exit = server.force_exit = True
            return
        self._is_begun = True
        settings, running = self._settings(), self._begun()
        server.drain_timeout_s = settings.drain_timeout_s
        self._systemd.stopping(settings.drain_delay_s + settings.drain_timeout_s + CUT_S + REST_S)
        if settings.drain_delay_s:
            log.info("ending: serving on until balancers have noticed", seconds=settings.drain_delay_s, running=running)
            asyncio.get_running_loop().call_later(settings.drain_delay_s, self._leave)
            return
        if running:
            log.info("ending when the running requests have; the same signal again ends now", running=running)
        self._leave()

    def _leave(self) -> None:
        self._server.should_exit = True


def wire_signals(ending: Ending, reload: Callable[[], Awaitable[None]], systemd: Systemd) -> None:
    """Let the process's signals do what they mean."""
    loop = asyncio.get_running_loop()
    reloads: set[asyncio.Task[None]] = set()

    async def reloading() -> None:
        systemd.reloading()
        try:
            await reload()
        finally:
            systemd.ready()

    def hang_up() -> None:
        task = loop.create_task(reloading())
        reloads.add(task)
        task.add_done_callback(reloads.discard)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ending.signalled)
    loop.add_signal_handler(signal.SIGHUP, hang_up)
