"""`tokenry prices` show, list, history, margin and rerate over folders that real rooms filled."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from tests.cli.conftest import Tokenry
from tests.cli.filled import PRICES, fill
from tokenry.api.admin import Admin, rerating
from tokenry.app import offline
from tokenry.ledger import PublicPrices, amount, check, public_prices, receipt_of
from tokenry.ledger.corrections import CORRECTION
from tokenry.ledger.model import Move, decode
from tokenry.storage import Journal

HALF = "[models.fast]\ninput = 0.5\ncached_input = 0.5\noutput = 2\n"
BOOK = """
[starter]
enabled = false
[[provider]]
name = "open"
base_url = "https://api.openai.com/v1"
[[model]]
name = "big"
deployments = [{ provider = "open", model = "gpt-4.1" }]
cost = "public"
announced = [{ effective_from = "2099-01-01", price = { input = 5, output = 20 } }]
[model.price]
input = 3
cached_input = 0.3
cache_write = 3.75
output = 12
reasoning = 6
audio_second = 0.0001
image = 0.04
above = [{ tokens = 200_000, input = 6, output = 22.5 }]
tiers = { batch = { input = 1.5, output = 6 } }
"""
RERATE = ("prices", "rerate", "--since", "2026-11-01", "--until", "2030-01-01")


def state(data: Path) -> tuple[int, list[Move], bool]:
    """What the model earned, the corrections, and whether the books add up."""
    journal = Journal.open(data / "ledger.db", synchronous="OFF")
    rows = list(journal.read())
    report = check(rows, journal.latest_snapshot(), journal.base())
    journal.close()
    moves = [one for row in rows if row.kind == "move" and isinstance(one := decode(row.kind, row.body), Move)]
    return report.charged, [move for move in moves if move.code == CORRECTION], report.ok


def owed(data: Path) -> int:
    """What all requests should have cost with `fast` at half its price."""
    journal = Journal.open(data / "ledger.db", synchronous="OFF")
    receipts = [receipt_of(row) for row in journal.read() if row.kind == "settle"]
    journal.close()
    half = PRICES["fast"]
    half = type(half)(half.input // 2, half.output // 2, half.input // 2)
    return sum(amount(one.usage, half if one.facts.model == "fast" else PRICES["local"]) for one in receipts)


def test_the_sum_is_shown_first_and_nothing_moves_without_a_word(tokenry: Tokenry, data: Path, tmp_path: Path) -> None:
    fill(data, 8)
    (tmp_path / "half.toml").write_text(HALF)
    before = state(data)[0]
    asked = tokenry(*RERATE, "--prices", str(tmp_path / "half.toml"))
    assert asked.code == 1
    assert "run the same again with --confirm" in asked.err
    assert "nothing is written" in asked.out
    assert "-$0.0028" in asked.out
    dry = tokenry(*RERATE, "--prices", str(tmp_path / "half.toml"), "--dry-run", "--json")
    assert dry.code == 0
    assert (dry.json["total"]["requests"], dry.json["total"]["net_usd"]) == (4, "-0.0028")
    assert (dry.json["requests_looked_at"], dry.json["requests_left_alone"]) == (8, 4)
    assert state(data) == (before, [], True)
    done = tokenry(*RERATE, "--prices", str(tmp_path / "half.toml"), "--confirm", "--json").json
    assert [(one["returned_usd"], one["charged_usd"]) for one in done["projects"]] == [("0.0028", "0.00")]
    assert done["total"]["net_usd"] == "-0.0028"
    charged, moves, sound = state(data)
    assert (charged, len(moves), sound) == (owed(data), 4, True)
    again = tokenry(*RERATE, "--prices", str(tmp_path / "half.toml"), "--confirm")
    assert "Every request in this time cost what it should have." in again.out
    assert state(data)[1] == moves
    versions = tokenry("prices", "history", "--json").json["versions"]
    assert sorted(one["status"] for one in versions) == ["correction", "in_force"]


def test_a_kill_between_any_two_looks_leaves_work_that_is_ended_by_asking_again(
    tokenry: Tokenry, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(data, 12)
    monkeypatch.setattr(rerating, "ROWS", 3)
    found = []
    for answers in (1, 12, 16, 17):
        child = os.fork()
        if child == 0:
            asyncio.run(_killed_after(data, answers))
            os._exit(0)
        assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
        charged, moves, sound = state(data)
        assert sound
        found.append(len(moves))
    assert found == sorted(found)
    assert {1, 2, 3, 4, 5} & set(found), "none of the kills came in the middle"
    (tmp_path / "half.toml").write_text(HALF)
    tokenry(*RERATE, "--prices", str(tmp_path / "half.toml"), "--confirm")
    charged, moves, sound = state(data)
    assert (charged, len(moves), len({move.id for move in moves}), sound) == (owed(data), 6, 6, True)


async def _killed_after(data: Path, answers: int) -> None:
    """Die without a word after so many answers."""
    async with offline(data, None) as rooms:
        asked = {"since": "2026-11-01", "until": "2030-01-01", "prices": HALF, "confirm": True}
        async for _ in Admin(rooms).follow("prices rerate", asked):
            answers -= 1
            if answers == 0:
                os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--version", "prc_nope", "--confirm"), "no price version 'prc_nope'"),
        (("--model", "nope", "--confirm"), "none for the model 'nope'"),
        (("--dry-run", "--confirm"), "one of --dry-run and --confirm"),
        (("--until", "2026-10-01", "--confirm"), "must lie before"),
    ],
)
def test_what_cannot_be_meant_is_refused(tokenry: Tokenry, data: Path, words: tuple[str, ...], told: str) -> None:
    fill(data, 1)
    ran = tokenry("prices", "rerate", "--since", "2026-11-01", *words)
    assert ran.code != 0
    assert told in " ".join(ran.err.split())
    assert state(data)[1] == []


def test_what_is_earned_by_model_and_by_tenant(tokenry: Tokenry, data: Path, tmp_path: Path) -> None:
    fill(data, 4)  # 2 fast: 1400 charged and 700 cost each, in micro-dollars; 2 local without a cost, 140 each
    told = tokenry("prices", "margin", "--json").json
    fast, local = told["rows"]
    assert (fast["group"], fast["charge_usd"], fast["cost_usd"], fast["margin_usd"], fast["margin_percent"]) == (
        "fast", "0.0028", "0.0014", "0.0014", "50.00",
    )  # fmt: skip
    assert (local["unknown_cost_requests"], local["unknown_cost_charge_usd"], local["margin_percent"]) == (
        2, "0.00028", None,
    )  # fmt: skip
    for by in ("project", "organization"):
        (row,) = tokenry("prices", "margin", "--by", by, "--json").json["rows"]
        assert (row["name"], row["margin_usd"]) == ("default", "0.0014")
    (tmp_path / "half.toml").write_text(HALF)
    tokenry(*RERATE, "--prices", str(tmp_path / "half.toml"), "--confirm")
    fast = tokenry("prices", "margin", "--json").json["rows"][0]
    assert (fast["corrected_usd"], fast["margin_usd"], fast["margin_percent"]) == ("-0.0014", "0.00", "0.00")
    assert "2 requests ($0.00028 charged)" in tokenry("prices", "margin").out
    assert tokenry("prices", "margin", "--by", "nonsense").code == 1


def test_everything_that_is_written_is_shown(tokenry: Tokenry, data: Path) -> None:
    data.mkdir()
    (data / "tokenry.toml").write_text(BOOK)
    assert tokenry("config", "check").code == 0
    asyncio.run(_prices(data))
    out = " ".join(tokenry("prices", "show").out.split())
    for words in (
        "big 3.00 0.30 12.00 2.00 8.00", "default - cache_write 3.75 - per million",
        "- audio_second 0.0001 - per second",
        "image 0.04 - per image", "default 200000 input 6.00 - per million", "batch - output 6.00 4.00 per million",
        "another is announced for 2099-01-01T00:00:00.000Z", "costs by the list of public prices of",
    ):  # fmt: skip
        assert words in out, words
    announced, present = tokenry("prices", "history", "--json").json["versions"]
    assert (announced["status"], announced["effective_from"], announced["changed"], present["status"]) == (
        "announced", "2099-01-01T00:00:00.000Z", ["big"], "in_force",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ('"gpt-4.1"', "knows none of its deployments"),
        ('"gpt-4.1" }, { provider = "open", model = "gpt-4o"', "different public prices"),
        ("tokens = 200_000", "tokens: must be at least 1"),
        ("input = 3\n", "model[0].price.input: is missing"),
        ('"2099-01-01"', "must be a day or a time"),
    ],
)
def test_a_price_that_cannot_be_reckoned_with_is_told_by_config_check(
    tokenry: Tokenry, data: Path, change: str, told: str
) -> None:
    replaced = {
        '"gpt-4.1"': '"no-such-model"', "tokens = 200_000": "tokens = 0", "input = 3\n": "", '"2099-01-01"': '"soon"',
    }  # fmt: skip
    data.mkdir()
    text = BOOK.replace(change, replaced[change]) if change in replaced else BOOK.replace('"gpt-4.1"', change)
    text = text.replace("audio_second = 0.0001\nimage = 0.04\n", "") if change == "input = 3\n" else text
    (data / "tokenry.toml").write_text(text)
    ran = tokenry("config", "check")
    assert ran.code == 1
    assert told in " ".join(ran.err.split())


async def _prices(data: Path) -> None:
    """Put the prices of the configuration in force, as a server that starts does."""
    from tokenry.app.house import opened, price_book, read_config

    config, path = read_config(data, None)
    async with opened(data, config, path) as house:
        await house.ledger.set_prices(*price_book(house, config))


def test_the_public_list_has_a_day_and_a_source_for_everything(
    tokenry: Tokenry, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = tokenry("prices", "list", "--public", "--json").json
    assert len(listed["prices"]) >= 20
    for one in listed["prices"]:
        assert one["source"].startswith("https://")
        assert "2026-01-01" <= one["as_of"] <= listed["compiled"]
        assert one["rates"]
    table = tokenry("prices", "list", "--public")
    assert "OpenAI" in table.out
    monkeypatch.setattr(PublicPrices, "age_days", lambda _self, _now: 181)
    assert "181 days old" in tokenry("prices", "list", "--public").err
    monkeypatch.setattr(PublicPrices, "age_days", lambda _self, _now: 180)
    assert "days old" not in tokenry("prices", "list", "--public").err
    assert public_prices().find("api.openai.com", "gpt-4.1") is not None
    assert public_prices().find("api.example.org", "gpt-4.1") is None
    assert public_prices().find(None, "gpt-4.1") is None
