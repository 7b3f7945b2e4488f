"""Signatures of webhooks: what a receiver needs to know that a call is ours and not an old one again. Pure.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

SECRET_MARK: Final = "whsec_"  # noqa: S105 - what stands before every secret
KEY_SIZE = 32  # bytes; the specification asks for 24 to 64


def new_secret() -> str:
    """A fresh secret: the mark, then KEY_SIZE random bytes in base64."""
    return SECRET_MARK + base64.b64encode(secrets.token_bytes(KEY_SIZE)).decode()


def signed_headers(message_id: str, at_s: int, body: bytes, keys: Sequence[str]) -> dict[str, str]:
    """The three headers of a call.

    Args:
        message_id: the same for every attempt at the same news, so that a receiver can pass over what it has.
        at_s: seconds since the epoch, now; a receiver refuses what is old.
        body: the bytes as they will be sent.
        keys: secrets, the newest first; one signature each, so that a receiver may know any of them.
    """
    message = b"%b.%d.%b" % (message_id.encode(), at_s, body)
    signatures = (base64.b64encode(hmac.digest(_key(key), message, sha256)).decode() for key in keys)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(SECRET_MARK))
