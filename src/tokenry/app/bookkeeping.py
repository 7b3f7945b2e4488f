"""What follows the books while we serve: sums of usage, a moment behind the journal, and statements, once a month."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

from tokenry.access import People
from tokenry.base.errors import TokenryError
from tokenry.base.logs import get_logger
from tokenry.base.units import nano_to_usd
from tokenry.ledger import Buckets, Ledger
from tokenry.ledger.buckets import IN_PASSING, WAITED_FOR
from tokenry.ledger.statements import Around, Issued, Place, Statements
from tokenry.notify import News, Notices
from tokenry.storage import AppDb, StorageError, Transaction, UsageDb

FOLLOW_EVERY_S = 2.0
STATE_EVERY_S = 600.0
FIRST_STATED_S = 20.0  # after the start, so that a start is not slowed down by it

log = get_logger("tokenry")


def statements_of(db: AppDb, buckets: Buckets, ledger: Ledger, people: People, notices: Notices) -> Statements:
    """The statements of an installation, with what they need of its rooms."""

    def places() -> Iterator[tuple[Place, int | None]]:
        roster = people.roster
        for organization in roster.organizations.values():
            yield Place(organization.id, None), None
        for project in roster.projects.values():
            yield Place(project.organization_id, project.id), project.archived_at

    def told(connection: Transaction, issued: Issued) -> None:
        notices.tell_within(connection, _news(issued))

    return Statements(db, buckets, ledger.clock, Around(lambda: list(ledger.books.awards.values()), places, told))


def _news(issued: Issued) -> News:
    place = issued.project_id or issued.organization_id
    return News(
        organization_id=issued.organization_id,
        project_id=issued.project_id,
        type="statement.issued",
        occasion=f"statement:{place}:{issued.month}",
        data={
            "statement_id": issued.id,
            "month": issued.month,
            "number": issued.number,
            "total_usd": nano_to_usd(issued.total),
            "hash": issued.hash.hex(),
        },
    )


def usage_db(path: Path) -> UsageDb:
    """The sums in their file; in memory when the disk does not let us: they must not keep a house from opening."""
    try:
        return UsageDb.open(path)
    except StorageError as error:
        log.warning("sums of usage are kept in memory until the next start", why=error.message)
        return UsageDb.in_memory()


class Bookkeeping:
    """Keeps sums and statements up with the books of one installation. `run` until it is cancelled."""

    def __init__(self, buckets: Buckets, statements: Statements, notices: Notices) -> None:
        self._buckets = buckets
        buckets.pace = WAITED_FOR  # from now on requests are served beside it
        self._statements = statements
        self._notices = notices
        self._failing: str | None = None  # why nothing could be counted at the last attempt

    async def run(self) -> None:
        """Follow, again and again; and issue what is due. What goes wrong is in the log, and is tried again."""
        stating = asyncio.get_running_loop().create_task(self._state())
        try:
            while True:
                await self._follow()
                await asyncio.sleep(FOLLOW_EVERY_S)
        finally:
            self._buckets.stop()
            stating.cancel()

    async def _follow(self) -> None:
        try:
            await asyncio.to_thread(self._buckets.catch_up, IN_PASSING)
        except TokenryError as error:
            if self._failing != error.message:  # once, not every two seconds
                log.error("usage cannot be counted", why=error.message)
            self._failing = error.message
            return
        if self._failing is not None:
            log.info("usage is counted again")
            self._failing = None

    async def _state(self) -> None:
        await asyncio.sleep(FIRST_STATED_S)
        while True:
            await self.issue()
            await asyncio.sleep(STATE_EVERY_S)

    async def issue(self) -> None:
        """One round: every statement that is due."""
        try:
            issued = await asyncio.to_thread(self._statements.issue_due)
        except TokenryError as error:
            log.error("statements could not be issued", why=error.message)
            return
        if issued:
            self._notices.on_waiting()
            log.info("statements issued", count=len(issued), months=", ".join(sorted({one.month for one in issued})))
