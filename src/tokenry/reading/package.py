"""A ZIP from strangers: its members as streams of bytes, each within bounds that do not believe what the ZIP says.

A bomb is found by counting what really comes out. Nothing is written anywhere, so names in it lead nowhere.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from tokenry.reading.found import Unreadable

MEMBERS_MAX = 10_000
MEMBER_SIZE_MAX = 128 * 1024 * 1024  # bytes of one, unpacked
UNPACKED_SIZE_MAX = 256 * 1024 * 1024  # bytes of all that are read
_PIECE = 64 * 1024
_ENCRYPTED = 0x1


class Package:
    """An open ZIP. Raises Unreadable: it is none, or has too many members."""

    def __init__(self, data: bytes) -> None:
        self._unpacked = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self._members = {one.filename: one for one in self._zip.infolist()[: MEMBERS_MAX + 1]}
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
            raise Unreadable(
                "damaged", "this file is damaged: its contents cannot be unpacked; save or download it anew"
            ) from None
        if len(self._members) > MEMBERS_MAX:
            raise Unreadable("too_large", f"this file has more than {MEMBERS_MAX:,} parts in it")

    def has(self, name: str) -> bool:
        """Whether there is a member of this name."""
        return name in self._members

    def names(self) -> list[str]:
        """Of all members."""
        return list(self._members)

    def pieces(self, name: str) -> Iterator[bytes]:
        """A member's bytes, unpacked. Raises Unreadable: it is damaged, protected, or too large."""
        member, size = self._members[name], 0
        if member.flag_bits & _ENCRYPTED:
            raise Unreadable("encrypted", "this file is protected by a password; save it without one and upload that")
        try:
            with self._zip.open(member) as file:
                while piece := file.read(_PIECE):
                    size += len(piece)
                    self._unpacked += len(piece)
                    if size > MEMBER_SIZE_MAX or self._unpacked > UNPACKED_SIZE_MAX:
                        raise Unreadable(
                            "bomb",
                            f"this file unpacks to more than {MEMBER_SIZE_MAX // 2**20} MiB of text; split it into "
                            "smaller documents",
                        )
                    yield piece
        except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError, OSError):
            raise Unreadable(
                "damaged", "this file is damaged: a part of it cannot be unpacked; save or download it anew"
            ) from None
