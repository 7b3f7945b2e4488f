"""`tokenry requests` over a folder that real rooms filled: pages, filters, the wide table, and files."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Tokenry
from tests.cli.filled import KEYS, fill


def test_newest_first_page_by_page(tokenry: Tokenry, data: Path) -> None:
    ids = fill(data, 9)
    page = tokenry("requests", "-n", "4", "--json").json
    assert [one["id"] for one in page["requests"]] == ids[:4:-1]
    rest = tokenry("requests", "--cursor", page["next"], "--json").json
    assert ([one["id"] for one in rest["requests"]], rest["next"]) == (ids[4::-1], None)
    ran = tokenry("requests", "-n", "4")
    assert f"--cursor {page['next']}" in ran.err
    assert len(ran.out.splitlines()) == 5
    assert max(map(len, ran.out.splitlines())) <= 80


def test_filters_narrow_and_say_so_when_nothing_fits(
    tokenry: Tokenry, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = fill(data, 10)
    found = tokenry("requests", "--provider", "acme", "--status", "4xx", "--json").json["requests"]
    assert [one["id"] for one in found] == [ids[4]]
    words = ("--since", "2026-11-01T06:00:00Z", "--until", "2026-11-01T12:00:00Z", "--key", "alice")
    found = tokenry("requests", *words, "--json").json["requests"]
    assert [one["id"] for one in found] == [ids[1]]
    assert "No request fits" in tokenry("requests", "--model", "nope").out
    monkeypatch.setenv("COLUMNS", "120")
    wide = tokenry("requests", "-n", "1").out
    assert ("KEY" in wide, "11-02" in wide) == (True, True)
    assert tokenry("requests", "--unsettled", "--json").json == {"requests": [], "next": None}


def test_an_export_has_every_field_oldest_first(tokenry: Tokenry, data: Path, tmp_path: Path) -> None:
    ids = fill(data, 10)
    target = tmp_path / "all.jsonl"
    ran = tokenry("requests", "--export", str(target))
    assert (ran.code, "10 requests written" in ran.err) == (0, True)
    lines = [json.loads(line) for line in target.read_text().splitlines()]
    assert [one["id"] for one in lines] == ids
    receipt = tokenry("receipt", ids[0], "--json").json
    assert lines[0] == {name: value for name, value in receipt.items() if name != "organization_name"}
    assert target.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if path != data] == [target.name]


def test_a_csv_export_is_filtered_and_runs_no_formulas(tokenry: Tokenry, data: Path, tmp_path: Path) -> None:
    ids = fill(data, 10)
    target = tmp_path / "some.csv"
    target.write_text("old")
    assert tokenry("requests", "--key", KEYS[1], "--provider", "acme", "--export", str(target)).code == 0
    with target.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == [ids[2], ids[6]]
    assert {row["key_name"] for row in rows} == {f"'{KEYS[1]}"}
    assert (rows[0]["charge_usd"], rows[0]["cost_usd"], rows[0]["attempts"]) == ("0.0014", "0.0007", "acme/fast-1:ok")
    assert (rows[0]["stream"], rows[0]["user"]) == ("false", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--export", "x.xls"), ".csv or .jsonl"),
        (("--export", "x.csv", "--follow"), "leave out"),
        (("--export", "x.csv", "--key", "nobody"), "key list"),
        (("--export", "x.csv", "--status", "9"), "4xx"),
        (("--export", "no/such/folder/x.csv"), "No such file"),
    ],
)
def test_an_export_that_cannot_be_leaves_no_file(
    tokenry: Tokenry, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    fill(data, 1)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    ran = tokenry("requests", *words)
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert said in ran.err
    assert list((tmp_path / "here").iterdir()) == []
