"""Certificates over HTTP: for whoever belongs to the organization, and in public for whoever has the link."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import AsyncIterator
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from typing import Any

import httpx2
import msgspec
import pytest

from tests.api.organization.stand import CONFIGURATION, Place, Stand, standing
from tokenry.api.certificates import register_of
from tokenry.api.certificates.public import _handed_in
from tokenry.base.ids import new_id
from tokenry.ledger import Ending, Facts, Milestone, Usage
from tokenry.programmes.certificates import Certificate, Named, Reached
from tokenry.storage import tables

pytestmark = pytest.mark.anyio
URL = '[server]\npublic_url = "https://tokens.example.org"\n'


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    async with standing(tmp_path, URL + CONFIGURATION) as stand:
        yield stand


def issued(stand: Stand, place: Place, name: str = "Example University", tokens: int = 10**12) -> Certificate:
    reached = Reached(Milestone(place.id, tokens, new_id("req"), stand.house.clock.now_ns()), 7)
    made = register_of(stand.serving.rooms()).issue(reached, Named("Example Centre", name))
    assert made is not None
    return made


async def seen(stand: Stand, path: str, **more: Any) -> httpx2.Response:
    """What somebody is answered who shows no key."""
    return await stand.client.get(path, **more)


async def test_an_organization_lists_its_own_and_has_each_in_three_forms(stand: Stand) -> None:
    mine, theirs = issued(stand, stand.ours), issued(stand, stand.theirs)
    key = stand.ours.keys["member"]
    listed = (await stand.ask("GET", "/v1/tokenry/certificates", key)).json()
    assert [one["id"] for one in listed["data"]] == [mine.statement.id]
    path = f"/v1/tokenry/certificates/{mine.statement.id}"
    shown = (await stand.ask("GET", path, key)).json()
    assert shown["verify_url"] == f"https://tokens.example.org/verify/{mine.statement.id}"
    assert shown["statement"]["threshold_tokens"] == 10**12
    for form, media, begins in (("svg", "image/svg+xml", b"<?xml"), ("pdf", "application/pdf", b"%PDF-1.7")):
        answer = await stand.ask("GET", f"{path}?format={form}", key)
        assert answer.headers["content-type"].startswith(media)
        assert answer.content.startswith(begins)
    for path in (f"/v1/tokenry/certificates/{theirs.statement.id}", "/v1/tokenry/certificates/cert_x"):
        assert (await stand.ask("GET", path, key)).status_code == 404


async def test_who_may_change_the_organization_has_one_signed_anew(stand: Stand) -> None:
    mine = issued(stand, stand.ours)
    path = f"/v1/tokenry/certificates/{mine.statement.id}/reissue"
    for role in ("member", "auditor", "reviewer"):
        assert (await stand.ask("POST", path, stand.ours.keys[role], json={"name": "Ours"})).status_code in {403, 404}
    assert (await stand.ask("POST", path, stand.theirs.keys["owner"], json={"name": "Ours"})).status_code == 404
    assert (await stand.ask("POST", path, stand.ours.keys["owner"], json={"name": "\x00"})).status_code == 400
    again = (await stand.ask("POST", path, stand.ours.keys["admin"], json={"name": "Ours"})).json()
    assert (again["id"], again["statement"]["edition"], again["statement"]["organization"]) == (
        mine.statement.id, 2, "Ours",
    )  # fmt: skip
    assert "Ours" in (await seen(stand, f"/verify/{mine.statement.id}")).text


class Page(HTMLParser):
    """What a page asks for, and whether anything in it runs."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.tags: list[str] = []
        self.handlers: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in {"src", "href", "action"}:
                self.asked.append(value or "")
            if name.startswith("on") or name == "style":
                self.handlers.append(name)


async def test_whoever_has_the_link_sees_what_is_signed_and_that_it_holds(stand: Stand) -> None:
    mine = issued(stand, stand.ours, name="<script>alert(1)</script> & \u202eSöhne")
    answer = await seen(stand, f"/verify/{mine.statement.id}")
    assert answer.status_code == 200
    text, page = answer.text, Page(answer.text)
    assert "It is genuine" in text
    assert mine.fingerprint in text
    assert "1,000,000,000,000 (one trillion)" in text
    assert "script" not in page.tags
    assert not page.handlers
    assert "&lt;script&gt;" in text
    assert "\u202e" not in text
    assert all(one.startswith("/verify") for one in page.asked)
    style = text.split("<style>")[1].split("</style>")[0]
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert b64encode(sha256(style.encode()).digest()).decode() in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    for path in page.asked:
        found = await seen(stand, path)
        assert found.status_code == 200, path
        assert found.headers["x-content-type-options"] == "nosniff"
        assert found.headers["cache-control"] == "no-store"


async def test_a_certificate_whose_row_was_changed_is_told_as_forged(stand: Stand) -> None:
    mine = issued(stand, stand.ours)
    table = tables.certificates
    with stand.house.desk.db.write() as connection:
        row = connection.execute(table.select()).one()
        changed = row.statement.replace("1000000000000", "9000000000000")
        connection.execute(table.update(), {"statement": changed})
    answer = await seen(stand, f"/verify/{mine.statement.id}")
    assert "forged or was changed" in answer.text
    assert "It is genuine" not in answer.text


async def test_what_is_not_there_is_told_without_a_trace_of_what_was_asked(stand: Stand) -> None:
    for name in ("cert_01kdx3c8v2h5m7q9r1s3t5v7w9", "x", "cert_" + "0" * 500, "%00", "..%2f", "🎓", "<script>"):
        for rest in ("", "/certificate.svg", "/certificate.pdf", "/certificate.json"):
            answer = await seen(stand, f"/verify/{name}{rest}")
            assert answer.status_code == 404
            assert "<script" not in answer.text


async def test_a_certificate_that_somebody_holds_is_checked_as_a_file_and_as_text(stand: Stand) -> None:
    mine = issued(stand, stand.ours)
    raw = (await seen(stand, f"/verify/{mine.statement.id}/certificate.json")).content
    forged = raw.replace(b"Example University", b"Example Universitz")
    for content, words in ((raw, "It is genuine"), (forged, "forged or was changed"), (raw[:200], "cut short")):
        sent = (
            await stand.client.post("/verify", files={"file": ("certificate.json", content)}),
            await stand.client.post("/verify", data={"text": content.decode()}),
            await stand.client.post("/verify", content=content),
            await stand.client.post("/verify", files={"file": ("", b""), "text": (None, content)}),
        )
        for answer in sent:
            assert answer.status_code == 200
            assert words in answer.text
    assert "What it claims" in (await stand.client.post("/verify", content=forged)).text


HANDED_IN: list[tuple[dict[str, str], bytes, int, str]] = [
    ({}, b"", 200, "Nothing was handed in"),
    ({}, b"x" * 40_000, 400, "No certificate has more than"),
    ({}, b"x" * 20_000, 200, "more than 16384 bytes"),
    ({"content-type": "multipart/form-data"}, b"--x", 200, "Nothing was handed in"),
    ({"content-type": "multipart/form-data; boundary=x"}, b"--x\r\n\r\n\xff--x--", 200, "Nothing was handed in"),
    ({"content-type": "application/x-www-form-urlencoded"}, b"&" * 9 + b"a=1&" * 99, 400, "cannot be read"),
    ({}, b"<script>alert(1)</script>", 200, "&lt;script&gt;alert(1)"),
    ({}, b'{"a":' * 3000, 200, "not a certificate of this kind"),
]


async def test_whatever_is_handed_in_is_answered_in_words(stand: Stand) -> None:
    for headers, content, status, words in HANDED_IN:
        answer = await stand.client.post("/verify", headers=headers, content=content)
        assert (answer.status_code, words in answer.text) == (status, True), words
        assert "script" not in Page(answer.text).tags


def test_a_form_of_any_bytes_is_read_or_refused_in_no_time() -> None:
    chance = Random(7)
    pieces = [
        b"--x\r\n", b"--x--\r\n", b'Content-Disposition: form-data; name="file"\r\n', b"\r\n", b"a" * 999, b"\xff",
        b"Content-Type: multipart/mixed; boundary=x\r\n", b";;;;====", b"(" * 500,
        b"Content-Disposition: " + b"a;" * 300,
    ]  # fmt: skip
    kinds = ["", ";", "; boundary=x", '; boundary="x"', "; boundary=" + "y" * 300, "; boundary*=utf-8''x"]
    for _ in range(1000):
        body = b"".join(chance.choice(pieces) for _ in range(chance.randint(0, 99)))
        assert isinstance(_handed_in("multipart/form-data" + chance.choice(kinds), body), str)


async def test_the_public_keys_are_for_everybody_and_the_private_one_for_nobody(stand: Stand) -> None:
    assert (await seen(stand, "/verify/keys.json")).json() == {"keys": []}
    mine = issued(stand, stand.ours)
    (key,) = (await seen(stand, "/verify/keys.json")).json()["keys"]
    assert key["kid"] == mine.statement.key_id
    assert set(key) == {"kty", "crv", "x", "kid", "use", "alg"}
    document = (await seen(stand, f"/verify/{mine.statement.id}/certificate.json?download")).headers
    assert document["content-disposition"] == f'attachment; filename="certificate-{mine.statement.id}.json"'


async def test_a_font_of_the_configuration_that_is_not_there_is_told(stand: Stand) -> None:
    mine = issued(stand, stand.ours)
    rooms = stand.serving.rooms()
    milestones = msgspec.structs.replace(rooms.config.milestones, font_files=("/nowhere.ttf",))
    rooms.config = msgspec.structs.replace(rooms.config, milestones=milestones)
    answer = await seen(stand, f"/verify/{mine.statement.id}/certificate.svg")
    assert answer.status_code == 503
    assert "milestones.font_files" in answer.text
    assert json.dumps("/nowhere.ttf")[1:-1] in answer.text


async def test_a_reload_puts_thresholds_in_force(stand: Stand, tmp_path: Path) -> None:
    ledger, first = stand.house.ledger, stand.house.first
    (tmp_path / "tokenry.toml").write_text(URL + CONFIGURATION + "[milestones]\nthresholds = [20, 10]\n")
    await stand.serving.reload()
    facts = Facts(
        first.organization.id, first.project.id, "key_x", None, "chat.completions", "chatty", False, 1, 1, "v"
    )
    held = await ledger.hold(new_id("req"), facts, 1000)
    await ledger.settle(held, Ending(Usage(15), "completed", 200))
    assert [one.threshold for one in ledger.milestones(first.organization.id)] == [10]
