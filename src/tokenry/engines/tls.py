"""TLS towards providers: whom we trust, who we say we are, and words for a handshake that failed.

Knows certificates' files and the TLS library's errors. Does not know connections or where they lead.
"""

from __future__ import annotations

import ssl
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

# OpenSSL's X509_V_ERR_* codes (x509_vfy.h), which Python gives as `verify_code`.
_NOT_YET, _EXPIRED, _OTHER_NAME = {9}, {10}, {62, 64}
_NOT_TRUSTED = {2, 18, 19, 20, 21, 24}
_CLIENT_REFUSED = ("UNKNOWN_CA", "BAD_CERTIFICATE", "CERTIFICATE_EXPIRED", "CERTIFICATE_UNKNOWN", "ACCESS_DENIED")
_NO_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE")


@dataclass(frozen=True, slots=True)
class TlsSettings:
    """What a configuration says of TLS to one provider. Files are PEM.

    Attributes:
        ca_file: the only authorities to trust; None for the system's.
        verify: False trusts any certificate of any name.
        cert_file: our own certificate, with its chain, for a provider that wants one.
        key_file: its private key, without a passphrase; None when that stands in `cert_file`.
        server_name: the name that the provider's certificate must have, and that it is asked for; None for the host.
    """

    ca_file: str | None = None
    verify: bool = True
    cert_file: str | None = None
    key_file: str | None = None
    server_name: str | None = None


class Tls:
    """A TLS context that follows its files: one that was renewed on disk is taken for the next connection.

    Raises:
        ValueError: a file cannot be read or does not hold what it should, in words. Reads files: not for the hot path.
    """

    def __init__(self, settings: TlsSettings) -> None:
        self.server_name = settings.server_name
        self._settings = settings
        self._files = [Path(name).expanduser() for name in _named(settings)]
        self._seen = self._stamps()
        self._context = _context(settings)

    def context(self) -> ssl.SSLContext:
        """The context for a new connection. Files that are broken while they are renewed change nothing."""
        stamps = self._stamps()
        if stamps != self._seen:
            self._seen = stamps
            with suppress(ValueError):  # half of a renewal: the other half changes a stamp again
                self._context = _context(self._settings)
        return self._context

    def _stamps(self) -> list[tuple[int, int, int] | None]:
        return [_stamp(path) for path in self._files]


def words_of(problem: ssl.SSLError, name: str = "") -> str:
    """What a failed handshake means and what to do about it.

    Args:
        problem: the TLS library's error.
        name: the name that the certificate should have had, where known.
    """
    if isinstance(problem, ssl.SSLCertVerificationError):
        return f"the provider's certificate {_certificate(problem, name or 'the one asked for')}"
    reason = problem.reason or ""
    if "CERTIFICATE_REQUIRED" in reason:
        return "the provider wants a certificate of ours: name one in client_cert_file"
    if "ALERT" in reason and reason.endswith(_CLIENT_REFUSED):
        return f"the provider does not take our certificate ({reason}): look at client_cert_file"
    if reason in _NO_TLS:
        return "the provider does not speak TLS there: look at base_url's port, or begin it with http://"
    if "HANDSHAKE_FAILURE" in reason:
        return f"the TLS handshake failed ({reason}): the provider may want a certificate of ours (client_cert_file)"
    if "UNRECOGNIZED_NAME" in reason:
        return "the provider has no certificate for this name: look at base_url's host, or set tls_server_name"
    if reason.endswith(("PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL")):
        return "the provider speaks no TLS that is still safe: it needs 1.2 or newer"
    return f"the TLS handshake failed ({reason or problem})"


def _certificate(problem: ssl.SSLCertVerificationError, name: str) -> str:
    code = problem.verify_code
    if code in _EXPIRED:
        return "has expired: its owner must renew it (or this machine's clock is wrong)"
    if code in _NOT_YET:
        return "is not valid yet: look at this machine's clock, or ask its owner"
    if code in _OTHER_NAME:
        return f"is not for {name}: correct base_url's host, or name the right one in tls_server_name"
    if code in _NOT_TRUSTED:
        return "comes from an authority that is not trusted here: name a file with that authority in ca_file"
    return f"is not to be trusted ({problem.verify_message})"


def _context(settings: TlsSettings) -> ssl.SSLContext:
    ca_file = settings.ca_file
    try:
        context = ssl.create_default_context(cafile=ca_file and str(Path(ca_file).expanduser()))
    except OSError as problem:  # ssl.SSLError is one
        reason = problem.strerror or "not PEM certificates"
        raise ValueError(f"cannot read certificates from {ca_file}: {reason}") from None
    if not settings.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if settings.cert_file is not None:
        _show(context, settings.cert_file, settings.key_file)
    context.set_alpn_protocols(["http/1.1"])
    return context


def _show(context: ssl.SSLContext, cert_file: str, key_file: str | None) -> None:
    """Show this certificate to providers that ask for one."""
    for file in (cert_file, key_file):
        try:
            if file is not None:
                Path(file).expanduser().read_bytes()
        except OSError as problem:
            raise ValueError(f"cannot read {file}: {problem.strerror}") from None
    cert, key = str(Path(cert_file).expanduser()), key_file and str(Path(key_file).expanduser())
    asked = []

    def passphrase() -> str:  # without this the library asks on the terminal
        asked.append(True)
        return ""

    try:
        context.load_cert_chain(cert, key, passphrase)
    except OSError as problem:
        if asked:
            raise ValueError(f"the key in {key_file or cert_file} has a passphrase: store it without one") from None
        reason = getattr(problem, "reason", None) or problem.strerror or str(problem)
        raise ValueError(f"cannot use the certificate {cert_file} with its key: {_pair(reason)}") from None


def _pair(reason: str) -> str:
    return "the key belongs to another certificate" if "MISMATCH" in reason else f"not PEM as needed ({reason})"


def _named(settings: TlsSettings) -> list[str]:
    return [file for file in (settings.ca_file, settings.cert_file, settings.key_file) if file is not None]


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_mtime_ns, facts.st_size, facts.st_ino
