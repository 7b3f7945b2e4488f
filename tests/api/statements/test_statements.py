"""Statements over HTTP and on the command line: who sees which, in which form, and that every form adds up."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.api.organization.stand import Stand, standing
from tokenry.access import create_project, local_actor
from tokenry.api.admin import Admin
from tokenry.api.statements.focus import COLUMNS
from tokenry.app.bookkeeping import Bookkeeping
from tokenry.base.clock import to_datetime
from tokenry.base.errors import NotFound, TokenryError
from tokenry.ledger import Award, Ending, Facts, Usage
from tokenry.ledger.corrections import correction
from tokenry.ledger.model import Settle, decode
from tokenry.ledger.prices import PriceVersion
from tokenry.ledger.rates import Rates
from tokenry.storage import tables

pytestmark = pytest.mark.anyio
DAY_NS = 86_400 * 10**9
BASE = "/v1/tokenry/statements"


class Turned:
    """The house's clock, some days ago or ahead."""

    def __init__(self, clock: Any) -> None:
        self.clock, self.ahead_ns = clock, 0

    def now_ns(self) -> int:
        return int(self.clock.now_ns()) + self.ahead_ns

    def monotonic_ns(self) -> int:
        return int(self.clock.monotonic_ns())


@dataclass
class Bureau:
    """A stand on which a month has passed, and its statements were issued."""

    stand: Stand
    month: str
    books: Bookkeeping

    def issued(self, project_id: str | None = None) -> Any:
        return next(
            one
            for one in self.stand.house.statements.listing(self.stand.ours.id)
            if (one.month, one.project_id) == (self.month, project_id)
        )

    async def get(self, path: str, role: str = "owner", **headers: str) -> Any:
        key = self.stand.ours.keys[role]
        return await self.stand.client.get(path, headers={"authorization": f"Bearer {key}", **headers})


@pytest.fixture
async def bureau(tmp_path: Path) -> AsyncIterator[Bureau]:
    async with standing(tmp_path) as stand:
        house = stand.house
        clock = Turned(house.clock)
        house.ledger.clock = house.ledger._pen.clock = house.statements._clock = clock
        hostile = create_project(house.desk, local_actor(stand.ours.id), "=HYPERLINK(<script>alert(1)</script>)")
        house.people.load()
        places = [(stand.ours.id, p) for p in (*stand.ours.projects, hostile)] + [
            (stand.theirs.id, stand.theirs.projects[0])
        ]
        for number, (organization_id, project) in enumerate(places):
            now = clock.now_ns()
            award = Award(f"awd_{number}", f"<b>{number}", organization_id, project.id, "internal", "active", now, now)
            await house.ledger.grant(award, 10**7)
            for n in range(3):
                await _request(stand, organization_id, project.id, f"req_{number}_{n}", 1000 + n, 500)
        await _overrun(stand, stand.ours.projects[0].id)
        await _correct(stand, "req_0_1")
        month = f"{to_datetime(clock.now_ns()):%Y-%m}"
        clock.ahead_ns = 32 * DAY_NS
        books = Bookkeeping(house.buckets, house.statements, house.notices)
        await books.issue()
        yield Bureau(stand, month, books)


async def _request(stand: Stand, organization: str, project: str, request_id: str, tokens_in: int, held: int) -> None:
    ledger = stand.house.ledger
    assert ledger.prices is not None
    facts = Facts(
        organization, project, "key_x", None, "chat.completions", "chatty", False, 5000, 5000, ledger.prices.id
    )
    hold = await ledger.hold(request_id, facts, 2_500_000)
    await ledger.settle(
        hold, Ending(Usage(tokens_in, held, source="engine"), "completed", 200, deployment="script/scripted")
    )


async def _overrun(stand: Stand, project: str) -> None:
    """An answer that nobody can pay whole."""
    await _request(stand, stand.ours.id, project, "req_over", 9_000_000, 1)


async def _correct(stand: Stand, request: str) -> None:
    ledger = stand.house.ledger
    row = ledger.journal.find(request, "settle")
    assert row is not None
    settled = decode(row.kind, row.body)
    assert isinstance(settled, Settle)
    version = PriceVersion("prc_right", 0, {"chatty": Rates(500_000_000, 2_000_000_000)}, {})
    move = correction(ledger.books, settled, [], version, row.at)
    assert move is not None
    ledger._pen.write(move, ledger.clock.now_ns())
    await ledger.journal.flush()


async def test_listed_for_those_who_may_see_them(bureau: Bureau) -> None:
    own, other = bureau.stand.ours.projects
    everything = {None, own.id, other.id} | {
        p for p in (one.project_id for one in bureau.stand.house.statements.listing(bureau.stand.ours.id)) if p
    }
    for role, seen in (
        ("owner", everything), ("auditor", everything), ("officer", everything), ("project_owner", {own.id}),
        ("project_member", set()), ("member", set()), ("reviewer", set()),
    ):  # fmt: skip
        answer = await bureau.get(BASE, role)
        assert answer.status_code == 200, answer.text
        assert {one["project_id"] for one in answer.json()["data"]} == seen
        assert all(one["organization_id"] == bureau.stand.ours.id for one in answer.json()["data"])
    for query, count in (
        ("?place=organization", 1), (f"?project_id={own.id}", 1), (f"?month={bureau.month}", len(everything)),
        ("?month=2001-01", 0), ("?limit=1", 1),
    ):  # fmt: skip
        answer = await bureau.get(BASE + query)
        assert len(answer.json()["data"]) == count
    assert (await bureau.get(f"{BASE}?project_id={other.id}", "project_owner")).status_code == 404
    assert (await bureau.get(f"{BASE}?project_id={bureau.stand.theirs.projects[0].id}", "member")).status_code == 404


async def test_one_for_those_who_may_see_it(bureau: Bureau) -> None:
    theirs = bureau.stand.house.statements.listing(bureau.stand.theirs.id)[0]
    whole, mine = bureau.issued(), bureau.issued(bureau.stand.ours.projects[0].id)
    for role in bureau.stand.ours.keys:
        assert (await bureau.get(f"{BASE}/{theirs.id}", role)).status_code == 404
        assert (await bureau.get(f"{BASE}/{theirs.id}?format=csv", role)).status_code == 404
        reads = role in {"owner", "admin", "auditor", "officer"}
        assert (await bureau.get(f"{BASE}/{whole.id}", role)).status_code == (200 if reads else 404)
        assert (await bureau.get(f"{BASE}/{mine.id}", role)).status_code == (
            200 if reads or role == "project_owner" else 404
        )


async def test_anybody_can_check_the_digest(bureau: Bureau) -> None:
    """By the published rule: sorted names, no blanks."""
    issued = bureau.issued()
    answer = (await bureau.get(f"{BASE}/{issued.id}")).json()
    assert answer["as_issued"] is True
    canonical = msgspec.json.encode(answer["statement"], order="sorted")
    assert sha256(canonical).hexdigest() == answer["hash"] == issued.hash.hex()
    said = answer["statement"]
    assert said["corrections"] < 0 < said["written_off"]
    assert said["total"] == said["usage"] + said["corrections"] - said["written_off"] == answer["total_nano_usd"]


async def test_as_csv_it_adds_up(bureau: Bureau) -> None:
    issued = bureau.issued()
    answer = await bureau.get(f"{BASE}/{issued.id}", accept="text/csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert f"statement-{bureau.month}-" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert sum(Decimal(row["BilledCost"]) for row in rows) * 10**9 == issued.total
    assert sum(int(row["x_BilledNanoUsd"]) for row in rows) == issued.total
    assert {row["ChargeCategory"] for row in rows} == {"Usage", "Adjustment", "Credit"}
    for row in rows:
        assert (row["BillingCurrency"], row["InvoiceId"], row["ServiceName"]) == ("USD", issued.id, "Tokenry")
        assert row["ChargePeriodStart"] == f"{bureau.month}-01T00:00:00Z" < row["ChargePeriodEnd"]
        assert not any(cell.startswith(("=", "+", "@")) for cell in row.values())
        assert row["EffectiveCost"] == row["BilledCost"]
        if row["ChargeCategory"] == "Usage":
            assert (row["PricingUnit"], row["ConsumedUnit"]) == ("1000000 Tokens", "Tokens")
            assert Decimal(row["PricingQuantity"]) * 1_000_000 == int(row["ConsumedQuantity"])
            product = Decimal(row["PricingQuantity"]) * Decimal(row["ListUnitPrice"])
            assert abs(product - Decimal(row["ListCost"])) < Decimal("0.000001")
    assert any(row["SubAccountName"].startswith("'=HYPERLINK") for row in rows)


async def test_as_a_page_it_is_whole_and_harmless(bureau: Bureau) -> None:
    issued = bureau.issued()
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    answer = await bureau.get(f"{BASE}/{issued.id}", accept=accept)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    reader = _Reader()
    reader.feed(answer.text)
    assert not reader.open
    assert reader.tags.isdisjoint({"script", "b", "img", "link", "iframe", "form"})
    text = " ".join(reader.text)
    assert issued.hash.hex() in text
    assert "=HYPERLINK(<script>" in text
    for words in ("Corrections", "Written off", "Awards", "Opening", "Closing", "@media print"):
        assert words in answer.text
    assert "Do not rely on it" not in text


async def test_which_form_is_meant(bureau: Bureau) -> None:
    path = f"{BASE}/{bureau.issued().id}"
    for query, accept, media in (
        ("", "*/*", "application/json"), ("", "", "application/json"), ("", "text/csv;q=0.5", "text/csv"),
        ("", "text/csv;q=0.5, text/html", "text/html"), ("", "text/html;q=0.4, application/json", "application/json"),
        ("", "text/html;q=x", "application/json"), ("", "text/html;q=9", "application/json"),
        ("", "image/png", "application/json"), ("?format=json", "text/html", "application/json"),
        ("?format=html", "application/json", "text/html"), ("?format=csv", "*/*", "text/csv"),
    ):  # fmt: skip
        answer = await bureau.get(path + query, accept=accept)
        assert answer.headers["content-type"].partition(";")[0] == media, (query, accept)
    assert (await bureau.get(f"{path}?format=pdf")).status_code == 400


async def test_what_says_something_else_by_now_says_so(bureau: Bureau) -> None:
    issued = bureau.issued()
    with bureau.stand.house.desk.db.write() as connection:
        table = tables.statements
        connection.execute(table.update().where(table.c.id == issued.id), {"hash": bytes(32)})
    assert (await bureau.get(f"{BASE}/{issued.id}")).json()["as_issued"] is False
    assert "Do not rely on it" in (await bureau.get(f"{BASE}/{issued.id}?format=html")).text


async def test_news_of_every_statement_once(bureau: Bureau) -> None:
    def news() -> list[Any]:
        with bureau.stand.house.desk.db.read() as connection:
            return connection.execute(tables.news.select().where(tables.news.c.type == "statement.issued")).fetchall()

    count = len(news())
    assert count == len(bureau.stand.house.statements.listing())
    assert {row.data["month"] for row in news()} == {bureau.month}
    bureau.stand.house.statements._looked_at = ""
    await bureau.books.issue()
    assert len(news()) == count


async def test_on_the_command_line(bureau: Bureau) -> None:
    admin = Admin(bureau.stand.serving.rooms())
    listed = (await admin.call("statement list", {}))["statements"]
    assert len(listed) == len(bureau.stand.house.statements.listing())
    assert (await admin.call("statement issue", {}))["statements"] == []
    shown = await admin.call("statement show", {"statement": bureau.issued().id})
    assert shown["as_issued"]
    assert shown["hash"] == bureau.issued().hash.hex()
    by_month = await admin.call("statement show", {"statement": bureau.month})
    assert by_month["id"] == bureau.issued().id
    name = bureau.stand.ours.projects[1].id
    of_project = await admin.call("statement show", {"statement": bureau.month, "project": name})
    assert of_project["project_id"] == name
    for form, begins in (("csv", "AvailabilityZone,BilledCost"), ("html", "<!doctype html>"), ("json", "{")):
        answer = await admin.call("statement export", {"statement": bureau.month, "format": form})
        assert answer["text"].startswith(begins)
        assert answer["name"].endswith(f".{form}")
    verified = await admin.call("statement verify", {})
    assert (verified["ok"], verified["statements"], verified["faults"]) == (True, len(listed), [])
    with pytest.raises(NotFound, match="no statement of 2001-01"):
        await admin.call("statement show", {"statement": "2001-01"})
    with pytest.raises(TokenryError, match="write it like 2026-10"):
        await admin.call("statement issue", {"month": "October"})


class _Reader(HTMLParser):
    """The tags of a page, which of them are left open, and its text."""

    VOID = frozenset({"meta", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)
