"""What `tokenry doctor` looks at in app.db: the end of the audit log, and whether anybody in charge can come in.

It is read beside a running server; a file of an older schema is left alone, for the next start to bring up to date.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tokenry.base.errors import TokenryError
from tokenry.cli import show
from tokenry.cli.finding import Finding, Patient

if TYPE_CHECKING:
    from tokenry.storage import AppDb

ROWS = 1000  # of the log's end; `tokenry audit verify` looks at all of it
NAME = "app.db"


def chain(patient: Patient) -> Iterator[Finding]:
    """Whether the newest rows of the audit log follow from each other."""
    from tokenry.access import WantedRows, newest_rows, read_audit, verify_audit

    with _opened(patient) as db:
        if db is None:
            return
        newest = newest_rows(db, WantedRows(1))
        last = newest[0].seq if newest else 0
        base = next(iter(newest_rows(db, WantedRows(1, last - ROWS + 1))), None) if last > ROWS else None
        broken = verify_audit(read_audit(db, 0 if base is None else base.seq), base)
    if broken is not None:
        yield Finding(
            "wrong",
            f"the audit log was changed by hand: row {broken.seq} does not follow from the one before it",
            "tokenry audit verify says where it breaks first; put a backup beside it and compare",
        )
    elif newest:
        yield Finding("ok", f"the audit log's last {show.counted(min(last, ROWS), 'row')} follow from each other")


def owners(patient: Patient) -> Iterator[Finding]:
    """Whether an owner has a password, or is known to a sign-in provider."""
    from tokenry.access import People, owner_can_sign_in

    with _opened(patient) as db:
        if db is None or owner_can_sign_in(db, People(db).load()):
            return
    yield Finding(
        "note",
        "no owner can sign in: none has a password, and no sign-in provider knows one",
        "tokenry owner link makes a link to sign in by, once; the command line does everything without",
    )


@contextmanager
def _opened(patient: Patient) -> Iterator[AppDb | None]:
    from tokenry.storage import AppDb, is_current

    path = patient.folder / NAME
    if not path.exists() or not is_current(path):
        yield None
        return
    try:
        db = AppDb.open(path)
    except TokenryError:
        yield None  # said already, by the looks at the folder and the books
        return
    try:
        yield db
    finally:
        db.close()
