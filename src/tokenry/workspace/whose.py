"""Whose something is: a person in one organization. What others have does not exist for them.

Knows what a text of theirs may hold, too: any characters that people write, none that machines alone understand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from tokenry.base.errors import InvalidRequest, NotFound

_BREAKS: Final = frozenset("\n\r\t")


@dataclass(frozen=True, slots=True)
class Whose:
    """A person, and the organization that they act in."""

    organization_id: str
    user_id: str

    def owns(self, table: Any) -> tuple[Any, Any]:
        """What a row of theirs fulfils."""
        return table.c.user_id == self.user_id, table.c.organization_id == self.organization_id


def checked_text(text: str, param: str, most: int) -> str:
    """The text as it is. Raises InvalidRequest: it has more than `most` characters, or control characters in it."""
    if len(text) > most:
        raise InvalidRequest(f"{param} has at most {most} characters; this has {len(text)}", param=param)
    for character in text:
        if character < " " and character not in _BREAKS:
            raise InvalidRequest(f"{param} has the control character {character!r} in it: take it out", param=param)
    return text


def nothing(kind: str, id_: str) -> NotFound:
    """There is none, or it is somebody else's: nobody can tell which."""
    return NotFound(f"There is no {kind} {id_[:100]!r}.", param=f"{kind}_id")
