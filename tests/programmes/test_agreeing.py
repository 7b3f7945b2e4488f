"""The ledger is made to say what app.db says of each award, whatever is wrong with another one."""

from __future__ import annotations

import pytest

from tests.programmes.awarding import granted, project_of
from tests.programmes.offices import Bureau
from tokenry.programmes.awards.suspending import agree
from tokenry.storage import tables

pytestmark = pytest.mark.anyio


async def test_one_award_that_cannot_be_made_to_agree_stands_in_nobodys_way(office: Bureau) -> None:
    programme = await office.programme()
    odd, other = [await granted(office, programme, project_id=project_of(office)) for _ in range(2)]
    awards = tables.awards
    with office.desk.db.write() as connection:  # as after one of the two databases was restored alone
        connection.execute(awards.update().where(awards.c.id == odd.id), {"pool_id": "pool_x", "state": "suspended"})
        connection.execute(awards.update().where(awards.c.id == other.id), {"state": "suspended"})
    assert await agree(office) == 1
    assert office.ledger.books.awards[other.id].state == "suspended"
    assert office.ledger.books.awards[odd.id].state == "active"
