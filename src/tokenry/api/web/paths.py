"""Which paths are pages of the workspace. The one list of them: a test holds it against the pages' own router."""

from __future__ import annotations

import re
from typing import Final

APP: Final = ("admin", "assistants", "awarding", "chat", "folders", "me", "prompts", "search", "shared")
_SEGMENT = r"[A-Za-z0-9_~-][A-Za-z0-9_.~-]{0,99}"  # never `.` or `..`
_PAGE = re.compile(rf"/(?:(?:{'|'.join(APP)})(?:/{_SEGMENT}){{0,8}})?(?:\?[A-Za-z0-9_.~=&%+-]{{0,500}})?")


def leads_into_app(path: str) -> bool:
    """Whether a path, with its query if it has one, is a page of the workspace: safe to send a browser to."""
    return _PAGE.fullmatch(path) is not None
