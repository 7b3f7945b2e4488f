"""The certificate that is served with: exchanged while serving when its files change, and never for one that is broken.

Knows files and when to look at them. What a certificate must be is `base.certificate`'s.
"""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from pathlib import Path

from tokenry.base.certificate import WARN_DAYS, BadCertificate, Certificate, load
from tokenry.base.clock import NS_PER_S, Clock
from tokenry.base.logs import get_logger
from tokenry.config import Server

DAY_NS = 86_400 * NS_PER_S

log = get_logger("tokenry.tls")

Stamp = tuple[tuple[int, int, int] | None, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """What two files held when they were read."""

    files: tuple[Path, Path]
    stamp: Stamp
    context: ssl.SSLContext
    certificate: Certificate


class Tls:
    """The certificate in force. `context` is what listens; each handshake gets the newest one behind it."""

    def __init__(self, read: Read, clock: Clock) -> None:
        self._read = read
        self._clock = clock
        self._refused: Stamp | None = None  # files that were no good when last looked at
        self._said_at_ns = -DAY_NS  # when it was last said that the certificate expires
        self.context = read.context
        # The way to exchange a certificate under a listener: the callback comes with each ClientHello, named or not.
        self.context.sni_callback = self._choose

    @property
    def certificate(self) -> Certificate:
        """The one that new connections see."""
        return self._read.certificate

    def adopt(self, read: Read) -> None:
        """Put what was read in force; connections that stand keep theirs."""
        if read.stamp != self._read.stamp or read.files != self._read.files:
            log.info("certificate in force", file=str(read.files[0]), days_left=self._days_left(read.certificate))
        self._read, self._refused, self._said_at_ns = read, None, -DAY_NS

    def look(self) -> None:
        """To be called now and then: take up files that changed, say once a day that they expire."""
        self._take_up()
        left = self._days_left(self.certificate)
        now = self._clock.monotonic_ns()
        if left < WARN_DAYS and now - self._said_at_ns >= DAY_NS:
            self._said_at_ns = now
            words = "the certificate has expired" if left < 0 else "the certificate expires soon"
            log.warning(f"{words}; put a new one in its place", file=str(self.certificate.path), days_left=left)

    def _take_up(self) -> None:
        stamp = _stamp(self._read.files)
        if stamp == self._read.stamp:
            return
        try:
            self.adopt(_read(self._read.files, self._clock))
        except BadCertificate as error:
            # Certificate and key are two files, written one after the other: only what stays wrong is worth a word.
            if self._refused == stamp:
                log.error("the new certificate is refused, the old one stays in force", why=error.message)
                self._read = Read(self._read.files, stamp, self._read.context, self._read.certificate)
            self._refused = stamp

    def _choose(self, connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        connection.context = self._read.context

    def _days_left(self, certificate: Certificate) -> int:
        return certificate.days_left(self._clock.now_ns())


def read_tls(server: Server, clock: Clock) -> Read | None:
    """The files that the configuration names; None when it names none.

    Raises:
        BadCertificate: they cannot be served with.
    """
    if server.tls_cert_file is None or server.tls_key_file is None:
        return None
    return _read((Path(server.tls_cert_file).expanduser(), Path(server.tls_key_file).expanduser()), clock)


def _read(files: tuple[Path, Path], clock: Clock) -> Read:
    stamp = _stamp(files)  # before they are read: a change in between is then seen as one
    return Read(files, stamp, *load(*files, clock.now_ns()))


def _stamp(files: tuple[Path, Path]) -> Stamp:
    return tuple(map(_stamp_of, files))


def _stamp_of(path: Path) -> tuple[int, int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size
