"""Passkeys: made by a browser that signed in lately, opening for whoever holds the device, and for nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tests.api.organization.stand import Stand
from tests.api.sign_in.device import PRESENT, Device, text
from tests.api.sign_in.visitor import Visitor, audited, with_password
from tokenry.access.passkeys import NoPasskeysHere, site_of
from tokenry.access.passkeys.challenges import Challenges
from tokenry.api.sign_in import my_passkeys
from tokenry.base.clock import ManualClock
from tokenry.storage import tables

pytestmark = pytest.mark.anyio
Visit = Callable[..., Visitor]
HERE = "http://localhost:8080"


async def signed_in(stand: Stand, visit: Visit, home: str = HERE) -> Visitor:
    visitor = visit(home)
    assert (await visitor.sign_in(await with_password(stand, "member"))).status_code == 303
    return visitor


async def ask(visitor: Visitor, path: str, body: Any = None, csrf: str = "") -> httpx2.Response:
    headers = {"origin": visitor.home} | ({"x-tokenry-csrf": csrf} if csrf else {})
    return await visitor.http.post(path, json={} if body is None else body, headers=headers)


async def add(visitor: Visitor, device: Device, name: str = "My laptop") -> httpx2.Response:
    csrf = await visitor.csrf()
    begun = await ask(visitor, "/v1/tokenry/me/passkeys/begin", csrf=csrf)
    assert begun.status_code == 200, begun.text
    made = device.make(begun.json()["publicKey"])
    return await ask(visitor, "/v1/tokenry/me/passkeys", {"name": name, "credential": made}, csrf)


async def enter(visitor: Visitor, device: Device, path: str = "/sign-in/passkey") -> httpx2.Response:
    begun = await ask(visitor, "/sign-in/passkey/begin")
    return await ask(visitor, path, device.sign(begun.json()["publicKey"]))


@pytest.fixture
def device() -> Device:
    return Device(HERE)


async def test_a_passkey_signs_in_whoever_made_it(stand: Stand, visit: Visit, device: Device) -> None:
    owner = await signed_in(stand, visit)
    made = await add(owner, device)
    assert made.status_code == 200, made.text
    assert made.json()["name"] == "My laptop"
    fresh = visit(HERE)
    answer = await enter(fresh, device, "/sign-in/passkey?next=/awards")
    assert (answer.status_code, answer.json()) == (200, {"next": "/awards"})
    assert (await fresh.me()).json()["id"] == stand.ours.users["member"]
    assert (await enter(visit(HERE), device, "/sign-in/passkey?next=https://elsewhere.test")).json() == {
        "next": "/account"
    }
    assert [row.details["method"] for row in audited(stand, "login.succeeded")] == ["password", "passkey", "passkey"]
    (shown,) = (await owner.me(path="/passkeys")).json()["data"]
    assert shown["used_at"] is not None
    assert "My laptop" in (await owner.get("/account")).text


async def test_a_signature_opens_once(stand: Stand, visit: Visit, device: Device) -> None:
    await add(await signed_in(stand, visit), device)
    fresh = visit(HERE)
    begun = (await ask(fresh, "/sign-in/passkey/begin")).json()["publicKey"]
    signed = device.sign(begun)
    assert (await ask(visit(HERE), "/sign-in/passkey", signed)).status_code == 401  # another browser
    begun = (await ask(fresh, "/sign-in/passkey/begin")).json()["publicKey"]
    signed = device.sign(begun)
    assert (await ask(fresh, "/sign-in/passkey", signed)).status_code == 200
    again = await ask(fresh, "/sign-in/passkey", signed)
    assert (again.status_code, again.json()["error"]["code"]) == (401, "passkey_refused")


def test_a_challenge_is_one_browsers_once_and_for_five_minutes() -> None:
    clock = ManualClock()
    challenges = Challenges(clock)
    given = challenges.give("a")
    assert challenges.take(given, "a")
    assert not challenges.take(given, "a")
    assert not challenges.take(challenges.give("a"), "b")
    late = challenges.give("a")
    clock.advance(s=300)
    assert not challenges.take(late, "a")
    many = [challenges.give("a") for _ in range(6)]
    assert [challenges.take(one, "a") for one in many] == [False] + [True] * 5


@pytest.mark.parametrize("way", ["origin", "site", "key", "person", "unverified", "count", "user"])
async def test_what_does_not_fit_opens_nothing(stand: Stand, visit: Visit, device: Device, way: str) -> None:
    assert (await add(await signed_in(stand, visit), device)).status_code == 200
    fresh = visit(HERE)
    await enter(fresh, device)
    begun = (await ask(fresh, "/sign-in/passkey/begin")).json()["publicKey"]
    site = None
    if way == "origin":
        device.origin = "http://localhost:9999"
    elif way == "site":
        site = "elsewhere.test"
    elif way == "key":
        device.key = Device(HERE).key
    elif way == "person":
        device.user = stand.ours.users["owner"].encode()
    elif way == "unverified":
        device.flags = PRESENT
    elif way == "count":  # a copy of the device was used meanwhile
        device.count = 0
    else:
        with stand.house.desk.db.write() as connection:
            connection.execute(tables.users.update().values(disabled_at=5))
        stand.house.people.load()
    other = visit(HERE)
    other.http.cookies = fresh.http.cookies
    answer = await ask(fresh, "/sign-in/passkey", device.sign(begun, site))
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "passkey_refused")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"id": 1},
        {"response": []},
        {"response": {"clientDataJSON": "%%%"}},
        {"response": {"clientDataJSON": text(b"[1]")}},
        {"response": {"clientDataJSON": text(b'{"type":"webauthn.get","challenge":"AA","origin":1}')}},
        {"id": "AA", "rawId": "AA", "type": "x", "response": {"clientDataJSON": text(b"{}")}},
    ],
)
async def test_what_is_no_passkey_is_refused_in_words(visit: Visit, body: Any) -> None:
    answer = await ask(visit(HERE), "/sign-in/passkey", body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "passkey_refused")


async def test_a_passkey_that_is_half_a_one_is_refused(stand: Stand, visit: Visit, device: Device) -> None:
    visitor = await signed_in(stand, visit)
    csrf = await visitor.csrf()
    for spoil in ({"attestationObject": text(b"\xff")}, {"attestationObject": 5}, {"attestationObject": text(b"\xa0")}):
        options = (await ask(visitor, "/v1/tokenry/me/passkeys/begin", csrf=csrf)).json()["publicKey"]
        made = device.make(options)
        made["response"] |= spoil
        answer = await ask(visitor, "/v1/tokenry/me/passkeys", {"name": "x", "credential": made}, csrf)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "passkey_refused"), answer.text


async def test_nobody_signs_in_from_elsewhere(stand: Stand, visit: Visit, device: Device) -> None:
    await add(await signed_in(stand, visit), device)
    fresh = visit(HERE)
    for path in ("/sign-in/passkey/begin", "/sign-in/passkey"):
        told = await fresh.http.post(path, json={}, headers={"origin": "https://elsewhere.test"})
        assert (told.status_code, told.json()["error"]["code"]) == (403, "csrf_refused")
    numbered = visit("http://127.0.0.1:8080")
    told = await ask(numbered, "/sign-in/passkey/begin")
    assert (told.status_code, told.json()["error"]["code"]) == (400, "no_passkeys_here")


async def test_only_a_browser_that_signed_in_lately_makes_one(
    stand: Stand, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = await signed_in(stand, visit)
    csrf = await visitor.csrf()
    assert (await ask(visitor, "/v1/tokenry/me/passkeys/begin")).status_code == 403  # nothing shows that they want it
    monkeypatch.setattr(my_passkeys, "FRESH_S", 0)
    told = await ask(visitor, "/v1/tokenry/me/passkeys/begin", csrf=csrf)
    assert (told.status_code, told.json()["error"]["code"]) == (403, "sign_in_again")


async def test_a_removed_one_opens_nothing(stand: Stand, visit: Visit, device: Device) -> None:
    visitor = await signed_in(stand, visit)
    passkey = (await add(visitor, device)).json()
    csrf = await visitor.csrf()
    await visitor.post(f"/account/passkeys/{passkey['id']}/remove", csrf=csrf)
    assert (await enter(visit(HERE), device)).status_code == 401
    gone = await visitor.me("DELETE", f"/passkeys/{passkey['id']}", origin=HERE, x_tokenry_csrf=csrf)
    assert gone.status_code == 404
    assert [row.type for row in audited(stand, "passkey.deleted")] == ["passkey.deleted"]


async def test_a_device_is_known_once_and_not_without_end(stand: Stand, visit: Visit, device: Device) -> None:
    visitor = await signed_in(stand, visit)
    assert (await add(visitor, device)).status_code == 200
    assert (await add(visitor, device)).status_code == 409
    for _ in range(19):
        assert (await add(visitor, Device(HERE))).status_code == 200
    assert (await add(visitor, Device(HERE))).status_code == 400


def test_a_site_has_a_name() -> None:
    assert site_of("http://localhost:8080", None).name == "localhost"
    assert site_of("http://127.0.0.1:8080", "https://Tokens.example.org/x").origins == ("https://tokens.example.org",)
    for origin in ("http://127.0.0.1:8080", "http://[::1]:80", ""):
        with pytest.raises(NoPasskeysHere):
            site_of(origin, None)
