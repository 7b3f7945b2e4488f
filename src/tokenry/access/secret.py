"""The text of a key: how one is made, recognised and hashed, and how it is read out of an `Authorization` header.

Knows nothing of which keys exist. A key is `sk-tok-` + 8 readable characters + `-` + 43 characters (256 random bits in
base64url). The part up to the eighth character is the *prefix*: it is shown in lists and errors and opens nothing.
SHA-256 without salt is enough at rest, because 256 random bits cannot be guessed from their hash.
"""

from __future__ import annotations

import re
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256

from tokenry.base.errors import TokenryError

MARK = "sk-tok-"
ADMIN_MARK = "sk-admin-"  # of keys for administration; they open no model
READABLE = "23456789abcdefghjkmnpqrstvwxyz"  # no 0/o, 1/l/i or u: a prefix is read aloud and compared by eye
READABLE_LENGTH = 8
PREFIX_LENGTH = len(MARK) + READABLE_LENGTH
SECRET_LENGTH = PREFIX_LENGTH + 1 + 43
HEADER_LENGTH_MAX = 1024  # longer is no key of ours nor a token of anyone's we know; refused before it is looked at
_SHAPE = re.compile(rb"sk-tok-[a-z0-9]{8}-[A-Za-z0-9_-]{43}")
_PREFIX = re.compile(rb"sk-tok-[a-z0-9]{8}(?=-)")

_HOW = "Send it in the header `Authorization: Bearer sk-tok-…`; `tokenry key create` makes one."


class InvalidApiKey(TokenryError):
    """The request has no key that opens anything; the message says what is wrong with it, without repeating it."""

    status = 401
    type = "invalid_request_error"
    code = "invalid_api_key"

    def __init__(self, message: str) -> None:
        super().__init__(message, headers={"www-authenticate": "Bearer"})


def new_secret(mark: str = MARK) -> tuple[str, str]:
    """A fresh key that begins with `mark`: its prefix and its whole text, which is shown once and never kept."""
    prefix = mark + "".join(secrets.choice(READABLE) for _ in range(READABLE_LENGTH))
    return prefix, f"{prefix}-{urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b'=').decode()}"


def digest(secret: bytes) -> bytes:
    """What is kept of a key: 32 bytes."""
    return sha256(secret).digest()


def bearer(authorization: bytes | None) -> bytes:
    """The key in an `Authorization` header's value, whatever the case of `Bearer` and the blanks around it.

    Raises InvalidApiKey when there is none. Source: RFC 9110 §11.4 (the scheme has no case), RFC 6750 §2.1.
    """
    if not authorization:
        raise InvalidApiKey(f"No API key was sent. {_HOW}")
    if len(authorization) > HEADER_LENGTH_MAX:
        raise InvalidApiKey(f"The Authorization header is {len(authorization)} bytes long, which no API key is. {_HOW}")
    words = authorization.split()
    if not words:
        raise InvalidApiKey(f"No API key was sent. {_HOW}")
    if words[0].lower() == b"bearer":
        if len(words) == 1:
            raise InvalidApiKey(f"No API key follows the word Bearer. {_HOW}")
        if b"," in authorization:
            raise InvalidApiKey("The request has two Authorization headers, and nobody could say which one counts.")
        if len(words) > 2:
            raise InvalidApiKey(f"An API key has no blanks in it; one word must follow Bearer. {_HOW}")
        return words[1]
    if words[0].startswith(b"sk-"):
        raise InvalidApiKey("The word Bearer is missing before the API key. " + _HOW)
    raise InvalidApiKey(f"The Authorization header must be of the scheme Bearer. {_HOW}")


def describe_unknown(secret: bytes) -> str:
    """Words for a key that we do not know, telling no more of it than the prefix of one shaped like ours."""
    if not secret.isascii():
        return f"The API key has characters that no key of ours has: check how it was copied. {_HOW}"
    prefix = _PREFIX.match(secret)
    if prefix is None:
        return f"Incorrect API key: it does not begin like one of ours (sk-tok-…). {_HOW}"
    shown = prefix.group().decode()
    if _SHAPE.fullmatch(secret) is None:
        return (
            f"Incorrect API key {shown}-…: a key has {SECRET_LENGTH} characters (letters, digits, - and _) "
            f"and this one has {len(secret)}; was it cut or changed in copying?"
        )
    return f"Incorrect API key {shown}-…: there is no such key here."
