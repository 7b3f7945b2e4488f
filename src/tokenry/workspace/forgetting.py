"""What of people's work is over is forgotten: chats by their organization's days, temporary ones by their hour."""

from __future__ import annotations

from tokenry import storage
from tokenry.access import forget_chats, forget_files, must_scrub, scrub_a_little
from tokenry.base.clock import NS_PER_S
from tokenry.objects import Ground
from tokenry.storage import AppDb
from tokenry.workspace.policies import DAY_S

tables = storage.tables
AT_ONCE = 200  # chats that one transaction forgets, so that nobody waits long for the writer


def sweep(ground: Ground) -> int:
    """Forget what is over; how many chats went. Blocks, for a short transaction at a time.

    Then the rest of all that was forgotten since the last round, here or by its person: contents of files that nobody
    names any more, deleted words in the full-text tables, and what the write-ahead log still holds.
    """
    db, gone = ground.db, 0
    while over := _over(db, ground.clock.now_ns()):
        with db.write() as connection:
            forget_chats(connection, over)
        gone += len(over)
    _sweep_files(db, ground.clock.now_ns())
    _scrub(ground)
    return gone


def _scrub(ground: Ground) -> None:
    with ground.db.read() as connection:
        contents = must_scrub(connection)
    if contents is None:
        return
    ground.blobs.release(contents, ground.needs)
    more, first = True, True
    while more:
        with ground.db.write() as connection:
            more = scrub_a_little(connection, contents, first=first)
        first = False
    ground.db.forget_deleted()


def _over(db: AppDb, now_ns: int) -> list[str]:
    chats, policies = tables.chats, tables.workspace_policies
    with db.read() as connection:
        over = chats.select().where(chats.c.expires_at <= now_ns).with_only_columns(chats.c.id).limit(AT_ONCE)
        found = [row.id for row in connection.execute(over)]
        bounded = policies.select().where(policies.c.chat_keep_days.is_not(None))
        for row in connection.execute(bounded).all():
            since = now_ns - row.chat_keep_days * DAY_S * NS_PER_S
            old = (chats.c.organization_id == row.organization_id, chats.c.updated_at <= since)
            query = chats.select().where(*old).with_only_columns(chats.c.id).limit(AT_ONCE)
            found += [one.id for one in connection.execute(query)]
    return list(dict.fromkeys(found))


def _sweep_files(db: AppDb, now_ns: int) -> None:
    files = tables.workspace_files
    over = files.select().where(files.c.expires_at <= now_ns).with_only_columns(files.c.id).limit(AT_ONCE)
    with db.read() as connection:
        found = [row.id for row in connection.execute(over)]
    if found:
        with db.write() as connection:
            forget_files(connection, found)
