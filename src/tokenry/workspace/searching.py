"""Words of all own chats: how they come into the full-text table and are asked for. They leave it with their chat.

Temporary chats never come in. A row's `places` is a word that nobody types, which says whose it is: so a search walks
through what is one's own alone. What is found is looked up in the chats once more, and that decides whose it is.
Source of the syntax: https://www.sqlite.org/fts5.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tokenry import storage
from tokenry.base.errors import InvalidRequest
from tokenry.storage import AppDb, Transaction
from tokenry.workspace.whose import Whose

tables = storage.tables
QUERY_LENGTH_MAX: Final = 200  # characters
WORDS_MAX: Final = 16
FOUND_MAX: Final = 1000  # how deep one can page
SNIPPET_WORDS: Final = 24
TITLES_MAX: Final = 5
OPEN, CLOSE = "\ue000", "\ue001"  # private use: around what was found, in a snippet
_SHOWN: Final = ("complete", "stopped", "broken")
_TERM = re.compile(r'"([^"]*)"|(\S+)')
_WORD = re.compile(r"\w+")
_SELECT = """
SELECT m.id, m.chat_id, m.role, m.created_at, c.title, c.folder_id, c.archived, c.updated_at,
       snippet(chat_search, 0, ?, ?, '…', ?) AS snippet
FROM chat_search s JOIN chat_messages m ON m.seq = s.rowid JOIN chats c ON c.id = m.chat_id
WHERE chat_search MATCH ? AND c.user_id = ? AND c.organization_id = ? AND c.temporary = 0
ORDER BY bm25(chat_search, 1.0, 0.0), m.seq DESC LIMIT ? OFFSET ?
"""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a snippet, and whether it is what was looked for."""

    text: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where it was found: a message, or (no `message_id`) a chat's title. Times in nanoseconds."""

    chat_id: str
    title: str
    folder_id: str | None
    archived: bool
    updated_at: int
    message_id: str | None
    role: str | None
    at: int
    snippet: tuple[Piece, ...]


def note_message(connection: Transaction, chat: Any, message: Any) -> None:
    """Have the words of a message found from now on, in the transaction that stores it; again when it has grown.

    Args:
        chat: its chat's row. message: its row, with `seq`, `state` and `text`.
    """
    connection.exec_driver_sql("DELETE FROM chat_search WHERE rowid = ?", (message.seq,))
    if chat.temporary or message.state not in _SHOWN or not message.text:
        return
    places = _mark(chat.organization_id, chat.user_id)
    connection.exec_driver_sql(
        "INSERT INTO chat_search (rowid, text, places) VALUES (?, ?, ?)", (message.seq, message.text, places)
    )


def expression(query: str) -> str | None:
    """What a person typed as an expression of FTS5 that can mean nothing else; None = there is no word in it.

    All words must occur, in any order; those between quotation marks side by side. The last one may go on, unless a
    blank follows.

    Raises:
        InvalidRequest: it is too long.
    """
    if len(query) > QUERY_LENGTH_MAX:
        raise InvalidRequest(f"a search has at most {QUERY_LENGTH_MAX} characters", param="q")
    terms = [(_WORD.findall(quoted or single), bool(quoted)) for quoted, single in _TERM.findall(query)]
    terms = [(words, quoted) for words, quoted in terms if words]
    if sum(len(words) for words, _ in terms) > WORDS_MAX:
        raise InvalidRequest(f"a search has at most {WORDS_MAX} words", param="q")
    if not terms:
        return None
    told = [f'"{" ".join(words)}"' for words, _ in terms]
    if not terms[-1][1] and not query[-1:].isspace():
        told[-1] += "*"
    return " AND ".join(told)


def search(db: AppDb, whose: Whose, query: str, limit: int, offset: int = 0) -> tuple[list[Hit], bool]:
    """A page of what is found in one's own chats, and whether more follows; the best first, titles before all.

    Raises:
        InvalidRequest: the query is too long, or the page too deep.
    """
    wanted = expression(query)
    if wanted is None:
        return [], False
    if not 0 <= offset <= FOUND_MAX:
        raise InvalidRequest("there is no such page: narrow the search with one more word", param="after")
    match = f'places:"{_mark(whose.organization_id, whose.user_id)}" AND text:({wanted})'
    arguments = (OPEN, CLOSE, SNIPPET_WORDS, match, whose.user_id, whose.organization_id, limit + 1, offset)
    with db.read() as connection:
        titles = _in_titles(connection, whose, query) if offset == 0 else []
        rows = connection.exec_driver_sql(_SELECT, arguments).all()
    hits = [
        Hit(row.chat_id, row.title, row.folder_id, bool(row.archived), row.updated_at, row.id, row.role,
            row.created_at, pieces(row.snippet))
        for row in rows[:limit]
    ]  # fmt: skip
    return [*titles, *hits], len(rows) > limit


def pieces(snippet: str) -> tuple[Piece, ...]:
    """A snippet taken apart at its marks."""
    found, hit = list[Piece](), False
    for part in re.split(f"([{OPEN}{CLOSE}])", snippet):
        if part in {OPEN, CLOSE}:
            hit = part == OPEN
        elif part:
            found.append(Piece(part, hit))
    return tuple(found)


def _in_titles(connection: Transaction, whose: Whose, query: str) -> list[Hit]:
    """Chats with all the words in their titles, the newest first: one's own are few enough to look through."""
    words = [word.casefold() for word in _WORD.findall(query)]
    table = tables.chats
    columns = [table.c[name] for name in ("id", "title", "folder_id", "archived", "updated_at", "created_at")]
    mine = table.select().where(*whose.owns(table), table.c.temporary.is_(False)).with_only_columns(*columns)
    found: list[Hit] = []
    for row in connection.execute(mine.order_by(table.c.updated_at.desc())):
        marked = _marked(row.title, words)
        if marked is not None:
            found.append(
                Hit(row.id, row.title, row.folder_id, row.archived, row.updated_at, None, None, row.created_at, marked)
            )
        if len(found) == TITLES_MAX:
            break
    return found


def _marked(title: str, words: Sequence[str]) -> tuple[Piece, ...] | None:
    """A title in pieces when each of the words begins one of its words."""
    spans = []
    for word in words:
        at = next((m for m in _WORD.finditer(title) if m[0].casefold().startswith(word)), None)
        if at is None:
            return None
        spans.append((at.start(), at.start() + len(word)))
    found, behind = list[Piece](), 0
    for start, end in sorted(set(spans)):
        if start < behind:
            continue
        found += [Piece(title[behind:start], False), Piece(title[start:end], True)]
        behind = end
    found.append(Piece(title[behind:], False))
    return tuple(piece for piece in found if piece.text)


def _mark(*ids: str) -> str:
    """Ids as one word of the index: what stands behind their prefixes."""
    return "".join(one.rpartition("_")[2] for one in ids)
