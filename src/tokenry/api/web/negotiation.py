"""What a browser takes: which encoding of a file, HTML or not, and whether it has the file already. Pure.

Source: RFC 9110 §12.5.1 (Accept), §12.5.3 (Accept-Encoding), §13.1.2 (If-None-Match).
"""

from __future__ import annotations

from collections.abc import Collection

IDENTITY = "identity"
PREFERRED = ("br", "gzip")  # by what they make of a file


def pick_encoding(accepted: str, offered: Collection[str]) -> str:
    """The best encoding that is offered and accepted. `identity` when there is none: no client is turned away.

    Args:
        accepted: the Accept-Encoding header; empty when there was none.
        offered: encodings that a file lies there in.
    """
    weights = _weights(accepted)
    rest = weights.get("*", 0.0)
    wanted = [(weights.get(name, rest), -place, name) for place, name in enumerate(PREFERRED) if name in offered]
    best = max(wanted, default=(0.0, 0, IDENTITY))
    return best[2] if best[0] > 0 and best[0] >= weights.get(IDENTITY, 0.0) else IDENTITY


def wants_html(accept: str) -> bool:
    """Whether a client asks for HTML by its name, as browsers do when a person goes somewhere."""
    return _weights(accept).get("text/html", 0.0) > 0


def has_already(if_none_match: str, etag: str) -> bool:
    """Whether If-None-Match names this tag (compared weakly, as it is for this header), or any."""
    named = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return "*" in named or etag in named


def _weights(header: str) -> dict[str, float]:
    """Each word of a weighted list with its weight, 0 to 1; what cannot be read weighs nothing."""
    found = {}
    for part in header[:2000].lower().split(","):
        word, *parameters = (piece.strip() for piece in part.split(";"))
        if word:
            found[word] = min((_weight(one) for one in parameters if one.startswith("q=")), default=1.0)
    return found


def _weight(parameter: str) -> float:
    text = parameter.removeprefix("q=")
    known = text.replace(".", "", 1).isdecimal() and text.isascii()
    return min(float(text), 1.0) if known else 0.0
