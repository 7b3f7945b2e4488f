"""Signing in by password and by the owner's link: who gets in, who learns nothing, who has to wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.api.organization.stand import Stand
from tests.api.sign_in.visitor import CHEAP, PASSWORD, Visitor, audited, with_password
from tokenry.access import ACCOUNT, KNOWN_BROWSER, Cost, Hashing, Throttle, hash_of, local_actor, person
from tokenry.access.passkeys import Made
from tokenry.api.sign_in.owner import make_owner_link
from tokenry.base.clock import ManualClock

pytestmark = pytest.mark.anyio
Visit = Callable[..., Visitor]


async def test_the_right_password_opens_and_the_page_says_who_one_is(stand: Stand, visit: Visit) -> None:
    visitor, email = visit(), await with_password(stand, "admin")
    answer = await visitor.sign_in(f"  {email.upper()} ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    page = await visitor.get("/account")
    assert page.status_code == 200
    assert email in page.text
    (row,) = audited(stand, "login.succeeded")
    assert row.actor_id == stand.ours.users["admin"]
    assert row.details["method"] == "password"
    assert email not in repr(row)


async def test_known_and_unknown_addresses_are_answered_alike(stand: Stand, visit: Visit) -> None:
    email = await with_password(stand, "member")
    told = []
    for address in (email, "nobody@example.org", stand.house.people.roster.users[stand.ours.users["owner"]].email):
        answer = await visit().sign_in(str(address), "not the password")
        told.append((answer.status_code, answer.text.replace(str(address), ""), set(answer.headers)))
    assert told[0][0] == 401
    assert told[0] == told[1] == told[2]
    await asyncio.gather(*stand.serving.entrance.entry._behind)
    rows = audited(stand, "login.failed")
    assert {row.actor_id for row in rows} == {stand.ours.users["member"], stand.ours.users["owner"]}
    assert "example.org" not in repr(rows)
    metrics = (await visit().get("/metrics")).text
    assert 'tokenry_sign_ins_total{method="password",outcome="failed"} 3' in metrics


async def test_brute_force_is_slowed_down_alike_for_known_and_unknown(stand: Stand, visit: Visit) -> None:
    clock, email = ManualClock(), await with_password(stand, "member")
    for address in (email, "nobody@example.org"):
        stand.serving.entrance.entry.throttle = Throttle(clock)
        tries = [
            (await visit(address=f"10.0.0.{n}", home="https://tokenry.test").sign_in(address, "wrong one here"))
            for n in range(ACCOUNT.free + 2)
        ]
        assert [one.status_code for one in tries] == [401] * ACCOUNT.free + [429] * 2
        assert tries[-1].headers["retry-after"] == "1"
        right = await visit().sign_in(address)
        assert right.status_code == 429, "while one waits the right password does not help either"
    clock.advance(s=1)
    assert (await visit().sign_in(email)).status_code in {303, 429}


async def test_after_the_wait_the_right_password_opens_and_all_is_forgotten(stand: Stand, visit: Visit) -> None:
    clock, email = ManualClock(), await with_password(stand, "owner")
    stand.serving.entrance.entry.throttle = Throttle(clock)
    for _ in range(ACCOUNT.free):
        assert (await visit().sign_in(email, "wrong one here")).status_code == 401
    clock.advance(s=1)
    assert (await visit().sign_in(email)).status_code == 303
    assert (await visit().sign_in(email, "wrong one here")).status_code == 401


async def test_an_owner_is_not_kept_out_by_others_who_guess(stand: Stand, visit: Visit) -> None:
    """A browser that has signed in before has tries of its own, and a link from the machine always opens."""
    clock, email = ManualClock(), await with_password(stand, "owner")
    stand.serving.entrance.entry.throttle = Throttle(clock)
    known = visit()
    assert (await known.sign_in(email)).status_code == 303
    known.http.cookies.delete("tokenry_session")
    for _ in range(20):
        await visit().sign_in(email, "guessed by others")
    assert (await visit().sign_in(email)).status_code == 429
    assert (await known.sign_in(email)).status_code == 303
    thief = visit()
    thief.http.cookies = known.http.cookies
    thief.http.cookies.delete("tokenry_session")
    for _ in range(KNOWN_BROWSER.free):
        await thief.sign_in(email, "guessed with its mark")
    assert (await thief.sign_in(email)).status_code == 429


async def test_one_address_that_tries_many_accounts_waits_too(stand: Stand, visit: Visit) -> None:
    stand.serving.entrance.entry.throttle = Throttle(ManualClock())
    visitor = visit()
    codes = [(await visitor.sign_in(f"n{n}@example.org", "some password")).status_code for n in range(32)]
    assert codes == [401] * 30 + [429] * 2


async def test_a_disabled_person_does_not_come_in_and_their_sessions_are_over(stand: Stand, visit: Visit) -> None:
    from tokenry.access import set_disabled

    inside, email = visit(), await with_password(stand, "member")
    await inside.sign_in(email)
    assert (await inside.me()).status_code == 200
    set_disabled(stand.house.desk, local_actor(stand.ours.id), stand.ours.users["member"], disabled=True)
    stand.serving.rooms().refresh()
    assert (await inside.me()).status_code == 401
    assert (await inside.get("/account")).status_code == 303
    assert (await visit().sign_in(email)).status_code == 401


async def test_a_hash_of_another_cost_is_made_anew(stand: Stand, visit: Visit) -> None:
    email, user = await with_password(stand, "member"), stand.ours.users["member"]
    before = hash_of(stand.house.desk.db, user)
    entry = stand.serving.entrance.entry
    entry.hashing.close()
    entry.hashing = Hashing(Cost(2, 8, 1))
    assert (await visit().sign_in(email)).status_code == 303
    after = hash_of(stand.house.desk.db, user)
    assert after is not None
    assert after != before
    assert "t=2" in after
    assert (await visit().sign_in(email)).status_code == 303
    assert hash_of(stand.house.desk.db, user) == after
    assert CHEAP.time == 1


class TestOwnersLink:
    """The first owner has no password; a link from the machine lets them in."""

    def link(self, stand: Stand) -> str:
        house = stand.house
        made = make_owner_link(house.desk, house.people.roster, "http://127.0.0.1:8080", house.first.user.id)
        assert made.user_id == stand.house.first.user.id
        return made.url.removeprefix("http://127.0.0.1:8080")

    async def test_it_leads_to_a_page_and_lets_in_once(self, stand: Stand, visit: Visit) -> None:
        path, visitor = self.link(stand), visit()
        for _ in range(2):
            assert 'name="password"' in (await visitor.get(path)).text
        fields = {"name": "Ada", "email": "Ada@Example.org", "password": PASSWORD}
        answer = await visitor.post(path, **fields)
        assert (answer.status_code, answer.headers["location"]) == (303, "/account")
        assert "ada@example.org" in (await visitor.get("/account")).text
        again = visit()
        assert (await again.get(path)).status_code == 410
        assert (await again.post(path, **fields)).status_code == 410
        assert again.token is None
        assert (await again.sign_in("ada@example.org")).status_code == 303

    async def test_a_race_lets_one_in(self, stand: Stand, visit: Visit) -> None:
        path = self.link(stand)
        visitors = [visit() for _ in range(6)]
        codes = await asyncio.gather(
            *(one.post(path, name="A", email=f"a{n}@example.org", password=PASSWORD) for n, one in enumerate(visitors))
        )
        assert sorted(one.status_code for one in codes) == [303, 410, 410, 410, 410, 410]

    async def test_what_cannot_be_leaves_the_link(self, stand: Stand, visit: Visit) -> None:
        path, taken = self.link(stand), await with_password(stand, "member")
        good = {"name": "Ada", "email": "ada@example.org", "password": PASSWORD}
        for bad in ({"password": "short"}, {"email": "none"}, {"name": ""}, {"email": taken}):
            answer = await visit().post(path, **{**good, **bad})
            assert answer.status_code in {400, 409}
            assert 'role="alert"' in answer.text
            assert PASSWORD not in answer.text
        assert (await visit().post(path, **good)).status_code == 303

    async def test_it_ends_the_sessions_and_passkeys_before_it(self, stand: Stand, visit: Visit) -> None:
        first, fields = visit(), {"name": "Ada", "email": "ada@example.org", "password": PASSWORD}
        await first.post(self.link(stand), **fields)
        keys, user = stand.house.passkeys, stand.house.first.user.id
        by = person(stand.house.people.roster, user)
        keys.add(by, user, "in other hands", Made(b"1", b"2", 0, backed_up=False, transports=None))
        await visit().post(self.link(stand), **fields)
        assert (await first.me()).status_code == 401
        assert keys.of_user(user) == ()
