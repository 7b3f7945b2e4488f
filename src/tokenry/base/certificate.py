"""A server's certificate: read, proved to fit its key, and looked at as a client will. Knows nothing of connections.

The proof is a TLS handshake in memory with a client that trusts this certificate alone, so that what is said of it
comes from the TLS library and not from a parser of ours.
"""

from __future__ import annotations

import os
import ssl
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokenry.base.clock import NS_PER_S, isoformat
from tokenry.base.errors import TokenryError

PEM_SIZE_MAX = 1024 * 1024  # bytes; a chain of certificates has some thousands
WARN_DAYS = 14
DAY_S = 86_400
_NO_CHECK_TIME = 0x200000  # OpenSSL's X509_V_FLAG_NO_CHECK_TIME, which Python has no name for: we look at the time


class BadCertificate(TokenryError):
    """The files named for TLS cannot be served with; the message says which, why, and what to do."""

    code = "invalid_certificate"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says. Times in seconds since the epoch; `names` are the hosts and addresses it is for."""

    path: Path
    not_before: int
    not_after: int
    names: tuple[str, ...]

    def days_left(self, now_ns: int) -> int:
        """Whole days until it expires; negative afterwards."""
        return (self.not_after - now_ns // NS_PER_S) // DAY_S

    def serves(self, host: str) -> bool:
        """Whether it is for this host, as RFC 6125 has it: a wildcard stands for one label."""
        host = host.lower().rstrip(".")
        return any(name.lower() in (host, "*." + host.partition(".")[2]) for name in self.names)


def load(cert_file: Path, key_file: Path, now_ns: int) -> tuple[ssl.SSLContext, Certificate]:
    """A context that serves with this certificate: TLS 1.2 or newer, HTTP/1.1.

    Args:
        cert_file: PEM; the server's certificate first, then those that lead from it to a known authority.
        key_file: PEM; its private key, without a passphrase.
        now_ns: nanoseconds since the epoch.

    Raises:
        BadCertificate: a file cannot be read, is open to everybody, does not fit the other, or is out of its time.
    """
    _readable(cert_file, "certificate")
    _private(key_file)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(cert_file, key_file, password=_no_passphrase)
    except (ssl.SSLError, OSError, ValueError) as error:
        raise BadCertificate(_why_not(error, cert_file, key_file)) from None
    certificate = _looked_at(context, cert_file)
    if certificate.not_after * NS_PER_S <= now_ns:
        raise BadCertificate(f"the certificate {cert_file} expired {_day(certificate.not_after)}; renew it")
    if certificate.not_before * NS_PER_S > now_ns:
        raise BadCertificate(
            f"the certificate {cert_file} is valid from {_day(certificate.not_before)} on, and that is in the future; "
            "is this machine's clock right?"
        )
    return context, certificate


def _no_passphrase() -> bytes:
    raise ValueError("passphrase")  # without this OpenSSL would ask the terminal


def _readable(path: Path, what: str) -> None:
    try:
        with path.open("rb") as file:
            data = file.read(PEM_SIZE_MAX + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        why = (error.strerror if isinstance(error, OSError) else None) or "not a usable path"
        raise BadCertificate(f"the TLS {what} {path} cannot be read: {why}; mend its path, owner or mode") from None
    if len(data) > PEM_SIZE_MAX or b"-----BEGIN " not in data:
        raise BadCertificate(f"the TLS {what} {path} is no PEM file: it must hold lines of -----BEGIN …-----")


def _private(path: Path) -> None:
    _readable(path, "key")
    mode = stat.S_IMODE(os.stat(path).st_mode)
    if os.name == "posix" and mode & 0o007:
        raise BadCertificate(f"everybody on this machine may use the TLS key {path} ({mode:o}): chmod o= {path}")


def _why_not(error: Exception, cert_file: Path, key_file: Path) -> str:
    reason = getattr(error, "reason", None) or ""
    if isinstance(error, ValueError) and str(error) == "passphrase":
        return f"the TLS key {key_file} has a passphrase; take it off: openssl pkey -in {key_file} -out NEW"
    if reason == "KEY_VALUES_MISMATCH" or "MISMATCH" in reason:
        return (
            f"the TLS key {key_file} does not belong to the certificate {cert_file}; name two that were made together"
        )
    if reason in ("EE_KEY_TOO_SMALL", "CA_KEY_TOO_SMALL", "CA_MD_TOO_WEAK"):
        return f"the certificate {cert_file} is too weak ({reason.lower()}); have a new one made"
    return (
        f"{cert_file} and {key_file} cannot be used for TLS ({reason.lower() or error}); the first must hold the "
        "server's certificate and then its chain, the second its private key"
    )


def _looked_at(context: ssl.SSLContext, cert_file: Path) -> Certificate:
    """What a client sees, by a handshake in memory."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | _NO_CHECK_TIME
    try:
        client.load_verify_locations(cafile=cert_file)
        seen = _handshake(client, context)
    except ssl.SSLError as error:
        why = getattr(error, "verify_message", "") or (error.reason or str(error)).lower()
        raise BadCertificate(f"no client can take the certificate {cert_file}: {why}; have a new one made") from None
    names = tuple(str(name) for kind, name in seen.get("subjectAltName", ()) if kind in ("DNS", "IP Address"))
    before, after = (int(ssl.cert_time_to_seconds(seen[key])) for key in ("notBefore", "notAfter"))
    return Certificate(cert_file, before, after, names)


def _handshake(client_context: ssl.SSLContext, server_context: ssl.SSLContext) -> dict[str, Any]:
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server)
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(8):  # a handshake takes two or three turns
        done = [_step(client), _step(server)]
        if all(done):
            break
    return dict(client.getpeercert() or {})


def _step(side: ssl.SSLObject) -> bool:
    try:
        side.do_handshake()
    except ssl.SSLWantReadError:
        return False
    return True


def _day(at_s: int) -> str:
    return isoformat(at_s * NS_PER_S)[:10]
