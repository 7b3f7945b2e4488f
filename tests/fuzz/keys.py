"""The key at the door: whatever an `Authorization` header holds, it opens nothing and comes back in no message.

just fuzz keys --minutes 5
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tokenry.access import InvalidApiKey
from tokenry.access.secret import PREFIX_LENGTH, bearer, describe_unknown

ROOMS = ("tokenry.access",)
WORDS = ("Bearer ", "bearer\t", "sk-", "sk-tok-", "Basic ", "sk-tok-abcdefgh-", "\x00", "\r\n", "\x0b")
REAL = b"sk-tok-abcdefgh-0123456789012345678901234567890123456789012"


def target(data: bytes) -> None:
    """One input: the header's value."""
    secret = b""
    try:
        secret = bearer(data)
        assert secret
        assert len(secret.split()) == 1
        words = describe_unknown(secret)
    except InvalidApiKey as error:
        assert error.status == 401
        words = error.message
        msgspec.json.encode(error.envelope())
        assert all(name.isprintable() and value.isprintable() for name, value in error.headers.items())
    assert words.isprintable()
    assert len(words) < 400
    hidden = secret[PREFIX_LENGTH + 1 :].decode("latin-1")
    told = words.replace(secret[:PREFIX_LENGTH].decode("latin-1"), "")
    assert len(hidden) < 12 or hidden not in told, words


def seeds() -> Iterator[bytes]:
    """Headers as clients send them."""
    yield from (b"Bearer " + REAL, b"bearer   " + REAL + b" ", REAL, b"Basic YTpi", b"Bearer", b"", b"Bearer a b")
    yield b"Bearer " + REAL[:30]
    yield b"Bearer " + b"x" * 1100
    yield "Bearer sk-tok-äöü".encode()
