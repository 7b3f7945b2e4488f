"""What a question is given to stand on: passages and pictures of files. Here is only the place where they come in.

Who reads files and finds passages implements `Grounding`; `app` wires it. Without it chats go on without files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from tokenry.access import Principal
from tokenry.workspace.whose import Whose


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A passage that an answer may cite by its number.

    Args:
        number: from 1. page, line: from 1; of a table, its row. heading: those that it stands under. time_ms: of
            speech, from its beginning.
    """

    number: int
    file_id: str
    file_name: str
    passage_id: str
    text: str
    page: int | None = None
    time_ms: int | None = None
    line: int | None = None
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """For which question something is sought.

    Args:
        principal: by whose key what that costs is paid.
        text: of the question.
        files: ids of the files of each message of the branch that has some, by message id, the oldest first; the last
            message is the question, whether it has some or not.
        folder_id, assistant_id: whose files may be read, too.
        sees: whether the model takes images.
        characters_max: of all passages together.
    """

    whose: Whose
    principal: Principal
    chat_id: str
    text: str
    files: Mapping[str, tuple[str, ...]]
    folder_id: str | None
    assistant_id: str | None
    sees: bool
    characters_max: int


@dataclass(frozen=True, slots=True)
class Grounded:
    """What was found.

    Args:
        sources: passages, by rising numbers.
        images: parts of a chat completion's message (`image_url`), by message id.
        request_ids: of what was asked of models to find them; each has its receipt.
    """

    sources: tuple[Source, ...] = ()
    images: Mapping[str, tuple[dict[str, Any], ...]] = field(default_factory=dict)
    request_ids: tuple[str, ...] = ()


class Grounding(Protocol):
    """Finds what a question may stand on."""

    async def __call__(self, wish: Wish, /) -> Grounded:
        """What there is for it. Raises TokenryError in words for the person: then the answer fails with them."""
        ...


async def nothing_to_read(_wish: Wish) -> Grounded:
    """No files are read here."""
    return Grounded()
