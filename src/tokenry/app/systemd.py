"""What systemd wants to hear: ready, reloading, still alive, stopping. Silent where nobody listens.

The protocol is sd_notify(3): one datagram of `NAME=value` lines to the socket that `NOTIFY_SOCKET` names. A file of our
own, because it is a few lines, and a library would bring C code for them.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Mapping

from tokenry.base.clock import Clock

_US_PER_S = 1_000_000


class Systemd:
    """The line to the service manager that started us; every word is dropped when there is none."""

    def __init__(self, variables: Mapping[str, str], clock: Clock) -> None:
        """Args:
        variables: the environment; NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID are looked at.
        clock: for the moment at which a reload begins.
        """
        self._address = variables.get("NOTIFY_SOCKET", "")
        self._clock = clock
        theirs = variables.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        wait_us = variables.get("WATCHDOG_USEC", "")
        self.beat_s = int(wait_us) / _US_PER_S / 2 if theirs and wait_us.isdigit() else 0.0

    def ready(self) -> None:
        """The start, or a reload, is over."""
        self._tell("READY=1", "STATUS=serving")

    def reloading(self) -> None:
        """A reload begins; `ready` must follow, however it ends. Type=notify-reload wants the monotonic time, too."""
        self._tell("RELOADING=1", f"MONOTONIC_USEC={self._clock.monotonic_ns() // 1000}")

    def stopping(self, at_most_s: float) -> None:
        """The end begins, and may take so long, whatever TimeoutStopSec says."""
        self._tell("STOPPING=1", "STATUS=draining", f"EXTEND_TIMEOUT_USEC={int(at_most_s * _US_PER_S)}")

    async def beat(self) -> None:
        """Say twice per watchdog period that the event loop turns; for ever, or not at all without a watchdog."""
        while self.beat_s > 0:
            self._tell("WATCHDOG=1")
            await asyncio.sleep(self.beat_s)

    def _tell(self, *lines: str) -> None:
        if not self._address.startswith(("/", "@")):
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as line:
                line.sendto("\n".join(lines).encode(), address)
        except OSError:
            pass  # a manager that does not listen is no reason to stop serving
