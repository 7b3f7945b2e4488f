"""A file of awards that two people import at once: each award is made once."""

from __future__ import annotations

import asyncio

import pytest

from tests.api.admin.conftest import Installation
from tokenry.base.errors import Conflict

pytestmark = pytest.mark.anyio


async def test_one_file_imported_twice_at_once_makes_each_award_once(house: Installation) -> None:
    await house.call("project create", name="lab")
    await house.call("programme create", name="N", template="research")
    file = "name,tokens,project\n" + "".join(f"n{n},1000,lab\n" for n in range(20))
    ask = {"programme": "N", "csv": file}
    told = await asyncio.gather(*(house.call("award import", **ask) for _ in range(4)), return_exceptions=True)
    for one in told:
        if isinstance(one, BaseException):
            assert isinstance(one, Conflict)
        else:
            assert len(one["made"]) in {0, 20}
    listed = (await house.call("award list", programme="N"))["awards"]
    assert sorted(one["name"] for one in listed) == sorted(f"n{n}" for n in range(20))
