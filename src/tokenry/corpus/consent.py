"""The door for texts that belong to somebody: they enter only as an iterator that a caller hands over, each with the
id of the consent under which it may be learned from.

This room looks for no conversations and no files itself. The consent's id stays with a document as its URL,
`consent:ID`: in lists of places, in what was dropped, in Parquet shards. By it a text is found and taken out again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

from tokenry.corpus.errors import InputError

SCHEME: Final = "consent:"
ID_LENGTH_MAX = 200  # characters


class Consented(NamedTuple):
    """A text and the id of the consent to it. Several texts may stand under one consent."""

    consent: str
    text: str


class Door(Protocol):
    """What a caller hands over: the same texts in the same order each time it is asked for the same run."""

    def __iter__(self) -> Iterator[Consented]: ...


def url(consent: object) -> str:
    """What stands for a document's address.

    Raises:
        InputError: it is no id.
    """
    if not isinstance(consent, str) or not 0 < len(consent) <= ID_LENGTH_MAX or not consent.isprintable():
        raise InputError(f"{consent!r:.100} is no consent's id: 1 to {ID_LENGTH_MAX} printable characters")
    return SCHEME + consent
