"""One certificate an organization and threshold, whoever crosses it together and whatever dies in between."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from tests.programmes.certificates.made import CONFIGURATION, cross_together, living, register, rows, spend, told
from tests.tidy.house import ROOT
from tokenry.access import local_actor
from tokenry.app.recognition import Recognition
from tokenry.base.errors import NotFound
from tokenry.ledger import Milestone
from tokenry.notify import Notices
from tokenry.storage import StorageError, tables

pytestmark = pytest.mark.anyio


async def test_64_settlements_that_cross_a_threshold_together_make_one_certificate(tmp_path: Path) -> None:
    async with living(tmp_path) as (house, rooms, recognition):
        await spend(house, 990)
        assert await recognition.look() == 0
        rounds = [asyncio.create_task(recognition.look()) for _ in range(3)]
        await cross_together(house, 64, 20)
        rounds += [asyncio.create_task(Recognition(rooms).look()) for _ in range(3)]
        await asyncio.gather(*rounds)
        await recognition.look()
        (certificate,) = register(rooms).listing()
        statement, organization = certificate.statement, house.first.organization
        (milestone,) = house.ledger.milestones(organization.id)
        assert (statement.threshold_tokens, statement.organization_id) == (1000, organization.id)
        assert (statement.organization, statement.issuer, statement.edition) == (organization.name, "Example Centre", 1)
        assert statement.request_sha256 == sha256(milestone.request_id.encode()).hexdigest()
        row = house.journal.find(milestone.request_id, "settle")
        assert row is not None
        assert statement.ledger_position == row.seq
        (news,) = told(house)
        assert news.data["certificate_id"] == statement.id
        assert news.data["threshold_tokens"] == 1000
        assert [one.type for one in rows(house, tables.audit)].count("certificate.issued") == 1


async def test_two_thresholds_at_once_are_two_certificates_and_later_ones_come_later(tmp_path: Path) -> None:
    async with living(tmp_path) as (house, rooms, recognition):
        await spend(house, 6000)
        assert await recognition.look() == 2
        assert [one.statement.threshold_tokens for one in register(rooms).listing()] == [5000, 1000]
    async with living(tmp_path, CONFIGURATION.replace("5000", "5000, 5500")) as (house, rooms, recognition):
        assert await recognition.look() == 0  # found by the next settlement
        await spend(house, 1)
        assert await recognition.look() == 1
        assert [one.statement.threshold_tokens for one in register(rooms).listing()] == [5500, 5000, 1000]
        assert len(told(house)) == 3


CHILD = """
import asyncio, sys, time
from pathlib import Path
from tests.programmes.certificates.made import living, spend
async def main():
    async with living(Path(sys.argv[1])) as (house, rooms, recognition):
        await spend(house, 1200)
        print("settled", flush=True)
        time.sleep(60)
asyncio.run(main())
"""


def _settle_and_die(folder: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(folder)], stdout=subprocess.PIPE, cwd=ROOT)
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == b"settled\n"
    finally:
        child.kill()
        child.communicate()


async def test_a_process_killed_between_settlement_and_certificate_loses_nothing_and_doubles_nothing(
    tmp_path: Path,
) -> None:
    await asyncio.to_thread(_settle_and_die, tmp_path)
    for fresh in (1, 0):
        async with living(tmp_path) as (house, rooms, recognition):
            assert await recognition.look() == fresh
            assert len(register(rooms).listing()) == len(told(house)) == 1


async def test_a_certificate_and_its_news_are_kept_together_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> bool:
        raise StorageError("the disk is full")

    async with living(tmp_path) as (house, rooms, recognition):
        await spend(house, 1000)
        with monkeypatch.context() as patch:
            patch.setattr(Notices, "tell_within", full)
            assert await recognition.look() == 0
        assert (register(rooms).listing(), told(house)) == ([], [])
        assert await recognition.look() == 1
        assert len(register(rooms).listing()) == len(told(house)) == 1


async def test_a_milestone_that_cannot_be_signed_keeps_no_other_waiting(tmp_path: Path) -> None:
    async with living(tmp_path) as (house, rooms, recognition):
        books = house.ledger.books.milestones
        books["org_gone", 1000] = Milestone("org_gone", 1000, "req_gone", 1)  # older than any row: taken for durable
        await spend(house, 1000)
        assert [await recognition.look(), await recognition.look()] == [1, 0]
        assert [one.statement.organization_id for one in register(rooms).listing()] == [house.first.organization.id]


async def test_a_milestone_whose_settlement_is_not_on_disk_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with living(tmp_path) as (house, _, recognition):
        await spend(house, 1000)
        with monkeypatch.context() as patch:
            patch.setattr(type(house.journal), "find", lambda *_: None)
            assert await recognition.look() == 0
        assert await recognition.look() == 1


async def test_those_in_charge_are_mailed_and_webhooks_called(tmp_path: Path) -> None:
    async with living(tmp_path) as (house, _, recognition):
        with house.desk.db.write() as connection:
            users = tables.users
            mine = users.c.id == house.first.user.id
            connection.execute(users.update().where(mine), {"email": "owner@example.org"})
        house.people.load()
        await spend(house, 1000)
        await recognition.look()
        (delivery,) = rows(house, tables.deliveries)
        assert (delivery.channel, delivery.target) == ("email", "owner@example.org")


async def test_signed_anew_it_is_the_same_certificate_under_another_name(tmp_path: Path) -> None:
    async with living(tmp_path) as (house, rooms, recognition):
        await spend(house, 1000)
        await recognition.look()
        old = register(rooms).listing()[0]
        us = local_actor(house.first.organization.id)
        new = register(rooms).reissue(us, old.statement.id, "Example Centre", "  Institut für Physik ")
        assert (new.statement.id, new.statement.edition) == (old.statement.id, 2)
        assert new.statement.organization == "Institut für Physik"
        assert new.statement.reached_at == old.statement.reached_at
        assert register(rooms).listing() == [new]
        assert len(told(house)) == 1
        for name in ("", " ", "a\nb", "x" * 201, "a\x00"):
            with pytest.raises(Exception, match="printable"):
                register(rooms).reissue(us, old.statement.id, "Example Centre", name)
        with pytest.raises(NotFound):
            register(rooms).reissue(local_actor("org_other"), old.statement.id, "Example Centre", "Ours")
