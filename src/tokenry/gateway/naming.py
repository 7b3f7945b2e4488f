"""The public name of a model in an engine's answers, instead of the engine's own (a path, a snapshot, an alias)."""

from __future__ import annotations

import re

import msgspec

# A quote inside a JSON string is escaped, so this finds keys only. The first one in an answer is the top-level
# member in every engine we know of; deeper ones would follow it.
_MODEL = re.compile(rb'"model"\s*:\s*"(?:[^"\\]|\\.)*"')


def renaming(block: bytes, public: str) -> tuple[bytes, bytes] | None:
    """What to replace by what in every further event of a stream, from its first block; None when it names no model."""
    found = _MODEL.search(block)
    if found is None:
        return None
    return found.group(), b'"model":' + msgspec.json.encode(public)


def public_name(body: bytes, public: str) -> bytes:
    """The answer with its model named as clients know it."""
    pair = renaming(body, public)
    return body if pair is None or pair[0] == pair[1] else body.replace(pair[0], pair[1], 1)
