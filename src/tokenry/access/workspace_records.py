"""What the workspace holds of a person: had with their own export, taken out by their erasure, ended with a chat.

Chats are a person's own: what they say is told to that person alone, never with an export that somebody else makes of
them. Blocks within the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from tokenry import storage
from tokenry.storage import Transaction

tables = storage.tables
KINDS: Final[Mapping[str, str]] = {
    "chats": "their chats: titles and settings; titles and instructions in an export of their own alone",
    "chat_messages": "what was said in them, by them and by models; in an export of their own alone",
    "folders": "folders of chats, with their instructions; names and instructions in an export of their own alone",
    "prompts": "prompts that they keep; those that they do not share in an export of their own alone",
    "assistants": "assistants that they made; those that they do not share in an export of their own alone",
    "chat_shares": "chats that they showed to their organization",
    "workspace_files": "files that they left in chats and folders: names and sizes; contents are fetched from there",
    "training_consents": "what they agreed that models may learn from, and when they withdrew it",
    "training_handings": "messages that left for training under these consents, and who took them",
    "content_grants": "leave to read their chats that somebody was given, and leave they had or gave themselves",
    "content_accesses": "when somebody else read their chats, and why",
    "passkeys": "passkeys that they sign in with; never the key",
}
STAYS: Final[Mapping[str, str]] = {
    "consents to training": "ids, times and the ids of messages that left under them: whoever took them is told by "
    "these what is withdrawn",
    "readings of chats": "that they read somebody else's chats, when and why: it is told to the person who was read",
}
_WORDS: Final[Mapping[str, tuple[str, ...]]] = {  # what a person says, by table
    "chats": ("title", "system", "parameters"),
    "chat_messages": ("text", "reasoning", "sources", "files", "error"),
    "folders": ("name", "instructions"),
    "prompts": ("name", "title", "text"),
    "assistants": ("name", "description", "instructions", "language", "glossary"),
    "workspace_files": ("name", "error"),
}
_OWN: Final = (
    "chats", "folders", "prompts", "assistants", "chat_shares", "workspace_files", "training_consents",
    "content_accesses",
)  # fmt: skip
_SCRUB: Final = "workspace.scrub"  # the setting that says that deleted words may still stand in an index
_PAGES_A_STEP: Final = 500
_FULL_TEXT: Final = {  # how each is written anew, whole or by a number of pages
    "chat_search": (
        "INSERT INTO chat_search (chat_search) VALUES ('optimize')",
        "INSERT INTO chat_search (chat_search, rank) VALUES ('merge', ?)",
    ),
    "passage_search": (
        "INSERT INTO passage_search (passage_search) VALUES ('optimize')",
        "INSERT INTO passage_search (passage_search, rank) VALUES ('merge', ?)",
    ),
}
_HIDDEN: Final = frozenset({"seq", "sha256", "credential_id", "public_key", "sign_count"})

Rows = list[dict[str, Any]]


def gather_workspace(
    connection: Transaction, user_id: str, organization_id: str | None, *, own: bool
) -> dict[str, Rows]:
    """Rows by kind, all of KINDS, of one organization or (None) of all; without what they say unless `own`."""
    found = {name: _rows(connection, name, user_id, organization_id, own=own) for name in _OWN}
    chats, messages = tables.chats.c, tables.chat_messages
    mine = tables.chats.select().where(chats.user_id == user_id).with_only_columns(chats.id)
    if organization_id is not None:
        mine = mine.where(chats.organization_id == organization_id)
    said = connection.execute(messages.select().where(messages.c.chat_id.in_(mine)).order_by(messages.c.seq))
    found["chat_messages"] = [_told("chat_messages", row._asdict(), own=own) for row in said]
    consents = [row["id"] for row in found["training_consents"]]
    handings = tables.training_handings
    handed = connection.execute(handings.select().where(handings.c.consent_id.in_(consents)))
    found["training_handings"] = [row._asdict() for row in handed]
    found["content_grants"] = _grants(connection, user_id, organization_id)
    passkeys = tables.passkeys
    keys = connection.execute(passkeys.select().where(passkeys.c.user_id == user_id)) if own else ()
    found["passkeys"] = [_told("passkeys", row._asdict(), own=own) for row in keys]
    return found


def erase_from_workspace(connection: Transaction, user_id: str, blank: str, now_ns: int) -> dict[str, int]:
    """Take out what a person said and kept; how many rows of each kind went.

    Args:
        blank: what stands where a text must stand.
    """
    chats, files = tables.chats, tables.workspace_files
    removed = {
        name.replace("_", " "): _delete(connection, tables.metadata.tables[name], user_id)
        for name in ("passkeys", "chat_shares")
    }
    mine = [row.id for row in connection.execute(chats.select().where(chats.c.user_id == user_id))]
    removed["chats"] = len(mine)
    removed["messages of chats"] = forget_chats(connection, mine)
    left = [row.id for row in connection.execute(files.select().where(files.c.user_id == user_id))]
    removed["files of chats"] = len(left)
    forget_files(connection, left)
    _let_go_of_folders(connection, user_id)
    for name in ("prompts", "assistants", "folders", "workspace_keys"):
        removed[name.replace("_", " ")] = _delete(connection, tables.metadata.tables[name], user_id)
    consents = tables.training_consents
    removed["consents to training"] = connection.execute(
        consents.update().where(consents.c.user_id == user_id, consents.c.withdrawn_at.is_(None)),
        {"withdrawn_at": now_ns},
    ).rowcount
    _end_grants(connection, user_id, blank, now_ns)
    removed["readings of their chats"] = _delete(connection, tables.content_accesses, user_id)
    if mine or left:
        scrub_words(connection)
    return removed


def forget_chats(connection: Transaction, chat_ids: Iterable[str]) -> int:
    """Forget chats with all that is theirs; how many messages went.

    Contents of files lie under their hash; what no row names any more, housekeeping removes. The caller has the
    write-ahead log emptied afterwards (`AppDb.forget_deleted`).
    """
    chats, messages, shares, files = tables.chats, tables.chat_messages, tables.chat_shares, tables.workspace_files
    gone = 0
    for chat_id in chat_ids:
        _leave_mark(connection)
        attached = files.select().where(files.c.chat_id == chat_id).with_only_columns(files.c.id)
        forget_files(connection, [row.id for row in connection.execute(attached)])
        connection.exec_driver_sql(
            "DELETE FROM chat_search WHERE rowid IN (SELECT seq FROM chat_messages WHERE chat_id = ?)", (chat_id,)
        )
        connection.execute(shares.delete().where(shares.c.chat_id == chat_id))
        gone += connection.execute(messages.delete().where(messages.c.chat_id == chat_id)).rowcount
        connection.execute(chats.delete().where(chats.c.id == chat_id))
    return gone


def forget_files(connection: Transaction, file_ids: Iterable[str]) -> None:
    """Forget files of the workspace with their passages and the words in them."""
    passages, files = tables.file_passages, tables.workspace_files
    for file_id in file_ids:
        mine = files.select().where(files.c.id == file_id).with_only_columns(files.c.sha256)
        _leave_mark(connection, [row.sha256 for row in connection.execute(mine)])
        connection.exec_driver_sql(
            "DELETE FROM passage_search WHERE rowid IN (SELECT seq FROM file_passages WHERE file_id = ?)", (file_id,)
        )
        connection.execute(passages.delete().where(passages.c.file_id == file_id))
        connection.execute(files.delete().where(files.c.id == file_id))


def scrub_words(connection: Transaction) -> None:
    """Write the full-text tables anew: until then they hold deleted words, which nobody finds.

    It takes a second for 50,000 messages, in which nobody else writes: for an erasure. After an ordinary deletion
    housekeeping does the same in short steps (`scrub_a_little`).
    """
    for name in _FULL_TEXT:
        connection.exec_driver_sql(_FULL_TEXT[name][0])


def must_scrub(connection: Transaction) -> list[str] | None:
    """The contents (SHA-256) of files that were forgotten, and may be named by nobody now; None = nothing was forgotten
    since the full-text tables were last written anew."""
    table = tables.settings
    row = connection.execute(table.select().where(table.c.key == _SCRUB)).one_or_none()
    return None if row is None else list(row.value)


def scrub_a_little(connection: Transaction, seen: list[str], *, first: bool) -> bool:
    """One short step of writing the full-text tables anew; whether more are needed.

    Args:
        seen: what `must_scrub` said; when more was forgotten meanwhile, all of it is done once more later.
        first: of such steps; it says that all parts of the index are to become one.

    Source: https://www.sqlite.org/fts5.html, the command `merge`.
    """
    more = False
    for name in _FULL_TEXT:
        before = _changes(connection)
        connection.exec_driver_sql(_FULL_TEXT[name][1], (-_PAGES_A_STEP if first else _PAGES_A_STEP,))
        more = _changes(connection) - before > 1 or more
    if not more and must_scrub(connection) == seen:
        table = tables.settings
        connection.execute(table.delete().where(table.c.key == _SCRUB))
    return more


def _leave_mark(connection: Transaction, contents: Iterable[str] = ()) -> None:
    """Remember that something was forgotten, so that housekeeping does the rest, whenever the process dies."""
    table, known = tables.settings, must_scrub(connection)
    if known is None:
        connection.execute(table.insert(), {"key": _SCRUB, "value": sorted(set(contents))})
    elif more := set(contents) - set(known):
        connection.execute(table.update().where(table.c.key == _SCRUB), {"value": sorted({*known, *more})})


def _changes(connection: Transaction) -> int:
    return int(connection.exec_driver_sql("SELECT total_changes()").scalar_one())


def _rows(connection: Transaction, name: str, user_id: str, organization_id: str | None, *, own: bool) -> Rows:
    table = tables.metadata.tables[name]
    query = table.select().where(table.c.user_id == user_id)
    if organization_id is not None:
        query = query.where(table.c.organization_id == organization_id)
    return [_told(name, row._asdict(), own=own) for row in connection.execute(query)]


def _told(name: str, row: dict[str, Any], *, own: bool) -> dict[str, Any]:
    left_out = _HIDDEN if own or row.get("shared") is True else _HIDDEN | {*_WORDS.get(name, ())}
    return {column: value for column, value in row.items() if column not in left_out}


def _grants(connection: Transaction, user_id: str, organization_id: str | None) -> Rows:
    grants = tables.content_grants
    about = (grants.c.user_id == user_id) | (grants.c.reader_id == user_id) | (grants.c.granted_by == user_id)
    query = grants.select().where(about)
    if organization_id is not None:
        query = query.where(grants.c.organization_id == organization_id)
    return [row._asdict() for row in connection.execute(query)]


def _delete(connection: Transaction, table: Any, user_id: str) -> int:
    return int(connection.execute(table.delete().where(table.c.user_id == user_id)).rowcount)


def _let_go_of_folders(connection: Transaction, user_id: str) -> None:
    """Nothing may still lie in what goes; all of it was theirs, and is gone by now but for what a hand put there."""
    folders, assistants = tables.folders.c, tables.assistants.c
    mine = tables.folders.select().where(folders.user_id == user_id).with_only_columns(folders.id)
    made = tables.assistants.select().where(assistants.user_id == user_id).with_only_columns(assistants.id)
    files, chats = tables.workspace_files, tables.chats
    connection.execute(chats.update().where(chats.c.folder_id.in_(mine)), {"folder_id": None})
    left = files.select().where(files.c.folder_id.in_(mine) | files.c.assistant_id.in_(made))
    forget_files(connection, [row.id for row in connection.execute(left)])


def _end_grants(connection: Transaction, user_id: str, blank: str, now_ns: int) -> None:
    """What they were allowed to read ends; that their own could be read is blanked, and ends."""
    grants = tables.content_grants
    connection.execute(grants.update().where(grants.c.user_id == user_id), {"reason": blank})
    about = (grants.c.user_id == user_id) | (grants.c.reader_id == user_id)
    connection.execute(grants.update().where(about, grants.c.withdrawn_at.is_(None)), {"withdrawn_at": now_ns})
