"""What clients hand back unread: compactions, and reasoning that its maker signed.

A compaction is a transcript made short by the model itself, an item that the next request begins with. The
`encrypted_content` of both is a form that clients hand back as it is. It is not encrypted: nothing in it is hidden
from whoever had the transcript.
"""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from tokenry.base.errors import InvalidRequest

_MARK = "tokenry.1."
_THOUGHT = "tokenry.thinking.1."
ASKED = (
    "Summarise this conversation so that it can go on from your summary alone. Keep every fact, decision, file name, "
    "number, open question and instruction that still matters, and what was being done when it ended. Write nothing "
    "but the summary."
)
INTRODUCED = "What was said before, in short:\n\n"


def sealed_thoughts(blocks: list[Any]) -> str:
    """The `encrypted_content` of reasoning that its maker signed."""
    return _THOUGHT + base64.urlsafe_b64encode(msgspec.json.encode(blocks)).decode()


def is_thought(content: Any) -> bool:
    """Whether an `encrypted_content` is of ours."""
    return isinstance(content, str) and content.startswith(_THOUGHT)


def opened_thoughts(content: str) -> list[Any]:
    """What the maker signed. Raises InvalidRequest."""
    try:
        blocks = msgspec.json.decode(base64.urlsafe_b64decode(content.removeprefix(_THOUGHT).encode("ascii")))
    except (ValueError, RecursionError):
        blocks = None
    if not isinstance(blocks, list):
        raise InvalidRequest("a reasoning item's encrypted_content was changed; hand it back as it was", param="input")
    return blocks


def sealed(summary: str) -> str:
    """The `encrypted_content` of a summary."""
    return _MARK + base64.urlsafe_b64encode(summary.encode()).decode()


def opened(content: str) -> str:
    """What a model is told for it. Raises InvalidRequest: it is none of ours."""
    try:
        if not content.startswith(_MARK):
            raise ValueError
        return INTRODUCED + base64.urlsafe_b64decode(content.removeprefix(_MARK).encode("ascii")).decode()
    except ValueError:
        raise InvalidRequest(
            "a compaction's encrypted_content is not one of this server's; hand it back as it was", param="input"
        ) from None
