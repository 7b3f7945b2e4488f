"""What answers say of themselves, as clients are to read it: the model's public name, not the engine's own (a path, an
alias), and the tier of service that was used.
"""

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


_TIER = re.compile(rb'"service_tier"\s*:\s*(?:"(?:[^"\\]|\\.)*"|null)')
_BEGINS = re.compile(rb"(?:data:)?\s*\{\s*(?=\")")


def tier_named(answer: bytes, tier: str) -> bytes:
    """A whole answer, or one event, that names the tier of service that was used; what is no object stays as it is."""
    told = b'"service_tier":' + msgspec.json.encode(tier)
    if _TIER.search(answer) is not None:
        return _TIER.sub(told, answer, count=1)
    begins = _BEGINS.match(answer)
    return answer if begins is None else b"%b%b,%b" % (begins.group(), told, answer[begins.end() :])


def tiers_named(events: bytes, tier: str) -> bytes:
    """Whole events, each of which names the tier."""
    return b"\n\n".join([tier_named(event, tier) for event in events.split(b"\n\n")])
