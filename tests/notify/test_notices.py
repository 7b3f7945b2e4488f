"""News is kept once an occasion, with one delivery for every way that it goes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tokenry.notify import News, Notices, is_address
from tokenry.storage import tables

NEWS = News("org_1", "budget.threshold_reached", "bud_1:2026-11:80", {"budget_id": "bud_1", "percent": 80})


def rows(notices: Notices, table: Any) -> list[Any]:
    with notices.db.read() as connection:
        return list(connection.execute(table.select().order_by(table.c.created_at, table.c.id)))


def hook(notices: Notices, hook_id: str, **more: Any) -> None:
    row = {"id": hook_id, "organization_id": "org_1", "url": "https://x.test/", "secret": "whsec_", "types": None}
    with notices.db.write() as connection:
        connection.execute(tables.webhooks.insert(), {**row, "created_at": 1, "disabled_at": None, **more})


def test_an_occasion_is_told_once_with_a_delivery_for_each_way(notices: Notices) -> None:
    hook(notices, "wh_all")
    hook(notices, "wh_some", types=["budget.threshold_reached"])
    hook(notices, "wh_other", types=["invite.sent"])
    hook(notices, "wh_off", disabled_at=2)
    woken: list[int] = []
    notices.on_waiting = lambda: woken.append(1)
    assert notices.tell(NEWS, ["a@x.test", "A@X.test", "b@x.test"], subject_prefix="[lab]")
    assert not notices.tell(NEWS, ["c@x.test"])
    assert woken == [1]
    assert len(rows(notices, tables.news)) == 1
    assert {(d.channel, d.target, d.state, d.subject_prefix) for d in rows(notices, tables.deliveries)} == {
        ("email", "a@x.test", "waiting", "[lab]"), ("email", "b@x.test", "waiting", "[lab]"),
        ("webhook", "wh_all", "waiting", None), ("webhook", "wh_some", "waiting", None),
    }  # fmt: skip
    assert len(rows(notices, tables.deliveries)) == 4


def test_a_storm_of_one_occasion_gives_one_message(notices: Notices) -> None:
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: notices.tell(NEWS, ["a@x.test"]), range(200)))
    assert told.count(True) == 1
    assert len(rows(notices, tables.deliveries)) == 1


def test_a_crash_before_the_commit_leaves_nothing(notices: Notices) -> None:
    class Crash(Exception):
        pass

    def die() -> None:
        with notices.db.write() as connection:
            assert notices.tell_within(connection, NEWS, ["a@x.test"])
            raise Crash

    with pytest.raises(Crash):
        die()
    assert rows(notices, tables.news) == rows(notices, tables.deliveries) == []
    assert notices.tell(NEWS)


def test_what_is_no_address_becomes_a_delivery_that_says_so(notices: Notices) -> None:
    notices.tell(NEWS, ["not an address"])
    (delivery,) = rows(notices, tables.deliveries)
    assert (delivery.state, delivery.next_at, delivery.answer) == ("failed", None, "this is not an e-mail address")


@pytest.mark.parametrize(
    ("text", "can"),
    [
        ("a@x.test", True), ("ä@x.test", True), ("a.b+c@x", True), ("a@@x", False), ("a b@x.test", False),
        ("a@x.test\r\nBcc: b@x.test", False), ("a@x.test\n", False), ("<a@x.test>", False), ("a,b@x.test", False),
        ("a@x\0", False), ("a" * 65 + "@x.test", False), ("a@" + "x" * 254, False), ("", False),
        ("=?utf-8?q?evil=40evil.test=2C?=@x.test", False), ("a@x.test.", False), (".a@x.test", False),
        ("a..b@x.test", False),
    ],
)  # fmt: skip
def test_addresses(text: str, can: bool) -> None:
    assert is_address(text) is can


def test_too_much_is_refused_before_anything_is_kept(notices: Notices) -> None:
    with pytest.raises(ValueError, match="16384"):
        notices.tell(News("org_1", "invite.sent", "x", {"a": "b" * 20_000}))
    assert rows(notices, tables.news) == []


def test_what_is_withdrawn_is_mailed_no_more_and_its_secret_is_gone(notices: Notices) -> None:
    hook(notices, "wh_all")
    notices.tell(News("org_1", "invite.sent", "x", {}, private={"link": "secret"}), ["a@x.test"])
    with notices.db.write() as connection:
        notices.withdraw(connection, "x", "the invite was taken back")
        notices.withdraw(connection, "never told", "no matter")
    assert {(d.target, d.state, d.answer) for d in rows(notices, tables.deliveries)} == {
        ("a@x.test", "failed", "the invite was taken back"), ("wh_all", "waiting", None),
    }  # fmt: skip
    assert "secret" not in repr(rows(notices, tables.deliveries))
