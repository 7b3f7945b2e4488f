"""`tokenry credit` and `tokenry plan` on a folder that no server owns."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Tokenry


def test_credit_is_given_and_listed(tokenry: Tokenry, data: Path) -> None:
    made = tokenry("credit", "add", "--usd", "12.50", "--name", "invoice 7", "--expires", "90d", "--json").json
    assert (made["category"], made["left_usd"], made["status"]) == ("purchased", "12.50", "active")
    table = tokenry("credit", "list").out
    assert "invoice 7" in table
    assert "$12.50" in table
    refused = tokenry("credit", "add", "--usd", "5", "--category", "award")
    assert refused.code == 1
    assert "none of purchased, promotional" in refused.err


def test_a_plan_from_its_making_to_its_end(tokenry: Tokenry, data: Path) -> None:
    tokenry("plan", "create", "--name", "basic", "--usd", "20", "--overage", "refused")
    begun = tokenry("plan", "subscribe", "basic", "--json").json
    (lot,) = tokenry("credit", "list", "--json").json["credits"]
    assert (lot["issued_usd"], lot["category"]) == ("20.00", "promotional")
    assert "basic" in lot["name"]
    assert begun["id"] in tokenry("plan", "list").out
    assert tokenry("plan", "subscribe", "basic").code == 1
    assert tokenry("plan", "end", begun["id"]).code == 0
    (lot,) = tokenry("credit", "list", "--json").json["credits"]
    assert lot["status"] == "expired"
    assert "There is no subscription" in tokenry("plan", "end", "sub_nope").err
    assert tokenry("plan", "create", "--name", "basic", "--usd", "1").code == 1
