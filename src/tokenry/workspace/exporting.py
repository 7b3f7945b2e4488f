"""One chat as a person takes it along: Markdown of the branch that is shown, or JSON with every branch.

Titles and names are written so that they stay text: a heading cannot become HTML, a link or two lines. What was said in
messages is left exactly as it was said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tokenry.base.clock import NS_PER_S, isoformat
from tokenry.workspace.sharing import cited

_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_ROLES: Final[Mapping[str, str]] = {"user": "You", "assistant": "Answer"}
_STATES: Final[Mapping[str, str]] = {
    "stopped": "stopped before its end", "broken": "broken off", "failed": "failed", "running": "still being written",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Export:
    """A chat's row and those of its messages."""

    chat: Any
    messages: tuple[Any, ...]
    branch: tuple[str, ...]  # ids, from the beginning


def plain(text: str) -> str:
    """A text on one line of Markdown that means nothing but itself."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def as_markdown(export: Export) -> str:
    """The branch that is shown."""
    rows = {row.id: row for row in export.messages}
    parts = [f"# {plain(export.chat.title) or 'Chat'}", f"_{isoformat(export.chat.created_at)}_"]
    parts += [part for one in export.branch if one in rows for part in _message(rows[one])]
    return "\n\n".join(parts) + "\n"


def as_data(export: Export) -> dict[str, Any]:
    """All of it, as JSON has it; times in seconds since the epoch, money in nano-USD."""
    chat = export.chat
    return {
        "id": chat.id, "title": chat.title, "model": chat.model, "system": chat.system, "parameters": chat.parameters,
        "project_id": chat.project_id, "folder_id": chat.folder_id, "head_id": chat.head_id,
        "created_at": chat.created_at // NS_PER_S, "updated_at": chat.updated_at // NS_PER_S,
        "messages": [_data(row) for row in export.messages],
    }  # fmt: skip


def _message(row: Any) -> Iterable[str]:
    told = [_ROLES.get(row.role, row.role)]
    if row.role == "assistant" and row.model:
        told.append(plain(row.model))
    told.append(isoformat(row.created_at))
    if row.state in _STATES:
        told.append(_STATES[row.state])
    yield f"## {' · '.join(told)}"
    if row.text:
        yield row.text
    sources = cited(row.text, row.sources)
    if sources:
        yield "\n".join(_source(one) for one in sources)


def _source(source: Mapping[str, Any]) -> str:
    page = f", page {source['page']}" if source.get("page") else ""
    return f"- \\[{source['number']}\\] {plain(str(source.get('file_name', '')))}{page}: {plain(str(source['text']))}"


def _data(row: Any) -> dict[str, Any]:
    return {
        "id": row.id, "parent_id": row.parent_id, "role": row.role, "state": row.state, "text": row.text,
        "reasoning": row.reasoning, "model": row.model, "seen_by": row.seen_by,
        "sources": [dict(one) for one in cited(row.text, row.sources)], "charge_nanousd": row.charge_nanousd,
        "charge_tokens": row.charge_tokens, "created_at": row.created_at // NS_PER_S,
    }  # fmt: skip
