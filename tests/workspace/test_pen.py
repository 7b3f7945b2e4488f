"""Many writes in few transactions: each is durable when it is told so, and one that fails takes no other with it."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager

import pytest

from tests.workspace.office import OURS, Office
from tokenry.base.errors import InvalidRequest
from tokenry.storage import Transaction, tables
from tokenry.workspace.pen import Pen

pytestmark = pytest.mark.anyio


def names(office: Office) -> list[str]:
    with office.db.read() as connection:
        return sorted(row.name for row in connection.execute(tables.folders.select()))


def folder(office: Office, name: str):
    row = {
        "id": f"fld_{name}", "user_id": office.users["ada"], "organization_id": OURS, "name": name,
        "created_at": 1, "updated_at": 1,
    }  # fmt: skip

    def write(connection: Transaction) -> str:
        connection.execute(tables.folders.insert(), row)
        if name == "bad":
            raise InvalidRequest("this one cannot be")
        return name

    return write


async def test_one_that_fails_takes_no_other_with_it(office: Office) -> None:
    pen = Pen(office.db)
    writes = [pen.write(folder(office, name)) for name in ("a", "bad", "b", "c")]
    told = await asyncio.gather(*writes, return_exceptions=True)
    assert [one for one in told if isinstance(one, str)] == ["a", "b", "c"]
    assert isinstance(told[1], InvalidRequest)
    assert names(office) == ["a", "b", "c"]


async def test_what_comes_meanwhile_shares_a_transaction(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    pen, opened, write = Pen(office.db), [], office.db.write

    @contextmanager
    def counted():
        opened.append(1)
        with write() as connection:
            yield connection

    monkeypatch.setattr(office.db, "write", counted)
    await asyncio.gather(*[pen.write(folder(office, f"n{number}")) for number in range(50)])
    assert len(names(office)) == 50
    assert len(opened) <= 2
