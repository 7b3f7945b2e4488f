"""The officer's shell without a server: a programme from nothing, its calls, and a decision on what was applied for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Tokenry
from tests.programmes.offices import ANSWERS, DAY_NS
from tokenry.access import Desk, People
from tokenry.base.clock import SystemClock
from tokenry.notify import Notices
from tokenry.programmes import Draft, create_draft, submit
from tokenry.storage import APP_DB_NAME, AppDb


class Applying:
    """As much of an office as an applicant walks into; the ledger is not asked."""

    def __init__(self, data: Path) -> None:
        self.clock = SystemClock()
        self.db = AppDb.open(data / APP_DB_NAME)
        self.desk, self.people = Desk(self.db, self.clock), People(self.db)
        self.notices = Notices(self.db, self.clock)
        self.people.load()

    def apply(self, email: str, call_id: str, title: str) -> str:
        """Somebody hands an application in; its id."""
        roster = self.people.roster
        ((place, user_id),) = [key for key, member in roster.members.items() if member.user.email == email]
        by = self.people.actor(user_id, place, "session", user_id)
        assert by is not None
        made = create_draft(self, by, call_id, Draft("Explore", title, 1_000_000, ANSWERS))  # type: ignore[arg-type]  # no ledger
        return submit(self, by, made.id).id  # type: ignore[arg-type]  # as above


def applied(data: Path, email: str, call_id: str, title: str) -> str:
    office = Applying(data)
    try:
        return office.apply(email, call_id, title)
    finally:
        office.db.close()


@pytest.fixture
def programme(tokenry: Tokenry, data: Path) -> str:
    ran = tokenry("programme", "create", "--data", str(data), "--template", "research", "--name", "N", "--json")
    assert ran.code == 0, ran.err
    return str(ran.json["id"])


def test_a_programme_from_nothing(tokenry: Tokenry, data: Path, programme: str) -> None:
    """What scripts do, in a folder that was not there."""
    made = tokenry("award", "create", "--data", str(data), "--programme", "N", "--tokens", "1000000000000", "--json")
    assert made.code == 0, made.err
    listed = tokenry("programme", "list", "--data", str(data), "--json").json["programmes"]
    assert [(one["id"], one["pool"]["left"]) for one in listed] == [(programme, 9 * 10**12)]
    again = tokenry("programme", "create", "--data", str(data), "--template", "research", "--name", "N")
    assert (again.code, again.err) == (1, "error: There is a programme called 'N' already.\n")
    shown = tokenry("programme", "show", "N", "--data", str(data))
    assert "Maximize" in shown.out
    assert "No call was opened yet" in shown.out


def test_terms_are_printed_edited_and_given_back(tokenry: Tokenry, data: Path, programme: str, tmp_path: Path) -> None:
    at = ("--data", str(data))
    terms = tokenry("programme", "show", programme, "--terms", *at).json
    terms["tiers"] = terms["tiers"][:1]
    file = tmp_path / "terms.json"
    file.write_text(json.dumps(terms))
    changed = tokenry("programme", "change", "N", "--terms", str(file), "--cap", "2T", "--name", "Fewer", "--json", *at)
    assert changed.code == 0, changed.err
    assert (changed.json["name"], changed.json["pool"]["cap"], changed.json["terms"]) == ("Fewer", 2 * 10**12, terms)
    for wrong, says in (('{"tiers": 5}', "tiers"), ("[]", "no JSON object"), ("{", "no JSON document")):
        file.write_text(wrong)
        ran = tokenry("programme", "change", "Fewer", "--terms", str(file), *at)
        assert ran.code == 1
        assert says in ran.err
    assert tokenry("programme", "change", "Fewer", *at).code == 1


def test_calls_open_move_and_close(tokenry: Tokenry, data: Path, programme: str) -> None:
    at = ("--data", str(data), "--json")
    made = tokenry("programme", "open-call", "N", *at).json
    assert (made["name"], made["state"]) == ("call 1", "open")
    assert (made["closes_at"] - made["opens_at"]) * 10**9 == 90 * DAY_NS
    later = tokenry("programme", "open-call", "N", "--opens", "7d", "--closes", "30d", "--name", "late", *at).json
    assert later["state"] == "announced"
    assert tokenry("programme", "open-call", "N", "--closes", "2001-01-01", *at).code == 1
    moved = tokenry("programme", "change-call", "late", "--closes", "40d", *at).json
    assert moved["closes_at"] > later["closes_at"]
    assert tokenry("programme", "close-call", "call 1", *at).json["state"] == "closed"
    told = tokenry("programme", "calls", "N", "--data", str(data))
    assert "announced" in told.out
    ended = tokenry("programme", "close", "N", *at)
    assert ended.json["state"] == "closed"


def test_applications_are_decided(tokenry: Tokenry, data: Path, programme: str, tmp_path: Path) -> None:
    at = ("--data", str(data))
    for name, role in (("ada", "member"), ("max", "member"), ("kay", "reviewer")):
        tokenry("user", "create", "--email", f"{name}@example.org", "--name", name, "--role", role, *at)
    call = tokenry("programme", "open-call", "N", "--json", *at).json
    first = applied(data, "ada@example.org", call["id"], "Folding")
    applied(data, "max@example.org", call["id"], "Grammars")
    listed = tokenry("programme", "applications", "N", "--state", "submitted", "--json", *at).json
    assert [one["title"] for one in listed["applications"]] == ["Grammars", "Folding"]
    assert tokenry("programme", "assign", "Folding", "ada@example.org", *at).code == 1
    assigned = tokenry("programme", "assign", "Folding", "kay@example.org", "--json", *at).json
    assert [one["state"] for one in assigned["assignments"]] == ["assigned"]
    removed = tokenry("programme", "unassign", "Folding", "kay@example.org", "--json", *at).json
    assert [one["state"] for one in removed["assignments"]] == ["removed"]
    assert tokenry("programme", "approve", first, "--usd", "5", *at).code == 1
    decided = tokenry("programme", "approve", first, "--tokens", "500k", "--days", "30", "--json", *at).json
    assert (decided["state"], decided["decision"]["amount"], decided["decision"]["days"]) == ("approved", 500_000, 30)
    again = tokenry("programme", "offer-again", first, "--json", *at).json
    assert again["steps"][-1]["step"] == "offer_again"
    assert tokenry("programme", "decline", first, "--words", "No.", *at).code == 1
    assert tokenry("programme", "return", "Grammars", "--words", "Which?", *at).code == 0
    shown = tokenry("programme", "application", "Grammars", *at)
    assert "returned" in shown.out
    file = tmp_path / "out.csv"
    assert tokenry("programme", "export", "N", "--output", str(file), *at).code == 0
    lines = file.read_bytes().decode().split("\r\n")
    assert len(lines) == 4
    assert lines[0].startswith("id,state,call_id,tier,title")


def test_nothing_of_that_name(tokenry: Tokenry, data: Path, programme: str) -> None:
    for words in (("show", "M"), ("applications", "M"), ("application", "M"), ("close-call", "M"), ("open-call", "M")):
        ran = tokenry("programme", *words, "--data", str(data))
        assert ran.code == 1
        assert "there is no" in ran.err, ran.err


def test_templates_need_a_folder_but_nothing_in_it(tokenry: Tokenry, data: Path, programme: str) -> None:
    told = tokenry("programme", "templates", "--data", str(data))
    assert all(name in told.out for name in ("research", "startup", "classroom"))
    seeds = tokenry(
        "programme", "create", "--template", "startup", "--name", "Seeds", "--cap", "500.50", "--json",
        "--data", str(data),
    )  # fmt: skip
    assert seeds.json["pool"]["cap"] == 500_500_000_000
