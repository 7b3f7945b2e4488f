"""What a certificate says, as the bytes that are signed; and a certificate as a document that we are handed. Pure.

A statement names an organization by its id and by the name that it had when this was signed, and no person. Its bytes
are JSON with sorted names, no blanks and nothing escaped that need not be (as RFC 8785 makes of texts and whole
numbers), so that any language can put them together again.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from tokenry.base.clock import NS_PER_MS, isoformat, to_datetime

DOCUMENT_SIZE_MAX: Final = 16 * 1024  # bytes
Word = Annotated[str, Meta(min_length=1, max_length=300)]
_Moment = Annotated[datetime, Meta(tz=True)]
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
Whole = Annotated[int, Meta(ge=0, le=2**53 - 1)]  # what every JSON reader holds exactly


class Statement(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """What is signed. Times are RFC 3339, UTC.

    Args:
        edition: 1, and one more each time that it was signed anew, under another name or with another key.
        organization: as it is called; organization_id: what stays when it is called something else.
        threshold_tokens: that it has processed, input and output together.
        reached_at: when the request was settled that reached it, or that found it reached.
        request_sha256: of that request's id, so that whoever holds its receipt can show that it was theirs.
        ledger_position: of its settlement in the ledger's journal; 0 = its row was no longer kept.
        key_id: which key signs (a thumbprint, RFC 7638).
    """

    type: Literal["tokenry.milestone"]  # no default: what was left out was never signed
    version: Literal[1]
    id: Word
    edition: Annotated[int, Meta(ge=1, le=10**6)]
    issuer: Word
    organization: Word
    organization_id: Word
    threshold_tokens: Whole
    reached_at: Word
    issued_at: Word
    request_sha256: Word
    ledger_position: Whole
    key_id: Word


class Certificate(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A statement and its Ed25519 signature, base64url."""

    statement: Statement
    signature: Annotated[str, Meta(min_length=1, max_length=200)]

    @property
    def fingerprint(self) -> str:
        """Of the signature, in groups of four that people can compare by eye: the first half of its SHA-256."""
        digest = self.seed.hex()[:32]
        return " ".join(digest[n : n + 4] for n in range(0, 32, 4))

    @property
    def seed(self) -> bytes:
        """SHA-256 of the signature as it is written."""
        return sha256(self.signature.encode()).digest()

    @property
    def day(self) -> str:
        """On which it was reached, as people write it."""
        return spoken_day(self.statement.reached_at)


class NotACertificate(ValueError):
    """What somebody handed us is none; the words say why."""


def canonical(statement: Statement | dict[str, Any]) -> bytes:
    """The bytes that are signed."""
    plain = msgspec.to_builtins(statement)
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def document(certificate: Certificate) -> str:
    """A certificate as a file: for people to look at and for programs to verify."""
    return json.dumps(msgspec.to_builtins(certificate), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def read(text: str | bytes) -> Certificate:
    """The certificate that somebody hands us. Raises NotACertificate."""
    raw = text.encode(errors="replace") if isinstance(text, str) else text
    if len(raw) > DOCUMENT_SIZE_MAX:
        raise NotACertificate(f"It has more than {DOCUMENT_SIZE_MAX} bytes, and no certificate has.")
    if not raw.strip():
        raise NotACertificate("Nothing was handed in.")
    try:
        certificate = msgspec.json.decode(raw, type=Certificate)
        json.loads(raw, object_pairs_hook=_once)
        return certificate
    except msgspec.ValidationError as error:
        raise NotACertificate(f"It is not a certificate of this kind: {str(error)[:200]}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NotACertificate("It cannot be read as JSON; it may be cut short.") from None


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object that says everything once: readers differ in which of two they believe. Raises NotACertificate."""
    found = dict(members)
    if len(found) < len(members):
        raise NotACertificate("It says something twice, and no certificate does.")
    return found


def clean_name(name: str) -> str:
    """A name as it can be shown: without what is invisible or turns the direction of what follows, and not endless."""
    kept = "".join(" " if char.isspace() else char for char in name if char.isprintable() or char.isspace())
    words = " ".join(kept.split())
    return words if len(words) <= 200 else words[:199].rstrip() + "…"


def moment(at_ns: int) -> str:
    """A time as statements write it."""
    return isoformat(at_ns - at_ns % NS_PER_MS)


def spoken_day(text: str) -> str:
    """`22 November 2026` of an RFC 3339 time; other words for what is none, whatever stands there."""
    try:
        day = to_datetime(at_ns(text))
    except (ValueError, OverflowError, OSError):
        return "a day that cannot be read"
    return f"{day.day} {day:%B %Y}"


def at_ns(text: str) -> int:
    """Nanoseconds since the epoch of a time as statements write it. Raises ValueError."""
    at = msgspec.convert(text, type=_Moment)
    return (at - _EPOCH) // _MILLISECOND * NS_PER_MS


def encoded(raw: bytes) -> str:
    """base64url without padding, as JOSE writes bytes."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes again. Raises NotACertificate."""
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (NotBase64, ValueError, UnicodeEncodeError):
        raise NotACertificate("Its signature is not base64url.") from None
    if encoded(raw) != text:
        raise NotACertificate("Its signature is not base64url.")
    return raw
