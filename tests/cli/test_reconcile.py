"""`tokenry reconcile` over a folder that real rooms filled: its table, its document, its exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Tokenry
from tests.cli.filled import fill, give_up

# Of seven requests on the first day four went to fast-1, and one of those hung up.
HEAD = "date,model,requests,input_tokens,cached_tokens,output_tokens,cost_usd\n"
RIGHT = "2026-11-01,fast-1,4,4000,600,400,0.0028\n"


def reconcile(tokenry: Tokenry, path: Path, text: str, *words: str) -> tuple[int, str, str]:
    path.write_text(text)
    ran = tokenry("reconcile", str(path), "--provider", "acme", *words)
    return ran.code, ran.out, ran.err


def test_an_export_that_agrees_ends_well(tokenry: Tokenry, data: Path, tmp_path: Path) -> None:
    fill(data, 7)
    code, out, _ = reconcile(tokenry, tmp_path / "e.csv", HEAD + RIGHT)
    assert (code, "agrees" in out) == (0, True)
    assert "Nothing is left unexplained" in out
    assert max(map(len, out.splitlines())) <= 80


def test_a_difference_is_shown_with_its_reason_or_without(tokenry: Tokenry, data: Path, tmp_path: Path) -> None:
    fill(data, 7)
    code, out, _ = reconcile(tokenry, tmp_path / "e.csv", HEAD + RIGHT.replace(",400,0.0028", ",430,0.00286"))
    assert (code, "+30 tokens out: 1 request whose client hung up" in out) == (0, True)
    code, out, _ = reconcile(tokenry, tmp_path / "e.csv", HEAD + RIGHT.replace(",4,", ",5,"))
    assert (code, "+1 requests: UNEXPLAINED" in out) == (1, True)


def test_the_document_says_all_of_it(tokenry: Tokenry, data: Path, tmp_path: Path) -> None:
    fill(data, 7)
    path = tmp_path / "e.csv"
    path.write_text("date,model,requests\n2026-11-01,fast-1,5\n")
    ran = tokenry("reconcile", str(path), "--provider", "acme", "--json")
    (line,) = ran.json["lines"]
    assert (ran.code, ran.json["ok"], ran.json["format"]) == (1, False, "csv")
    assert (line["day"], line["model"], line["compared"]) == ("2026-11-01", "fast-1", ["requests"])
    assert (line["file"]["requests"], line["ledger"]["requests"], line["file"]["cost_usd"]) == (5, 4, None)
    assert line["ledger"]["cost_usd"] == "0.0028"
    assert line["unexplained"]["requests"] == 1


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("date,requests\n2026-11-01,-1\n", (), "e.csv: line 2: requests is '-1'"),
        ("date,requests\n2026-11-01,1\n", ("--timezone", "Mars/Olympus"), "Mars/Olympus"),
        ("date,requests\n2026-11-01,1\n", ("--format", "xls"), "openai, anthropic, litellm, csv"),
        ("date,requests\n2026-11-01,1\n", ("--model", "gpt"), "write it like"),
        ("date,requests\n2026-11-01,1\n", ("--key", "mine"), "no keys at all"),
    ],
)
def test_what_cannot_be_compared_is_one_error(
    tokenry: Tokenry, data: Path, tmp_path: Path, text: str, words: tuple[str, ...], said: str
) -> None:
    fill(data, 1)
    code, out, err = reconcile(tokenry, tmp_path / "e.csv", text, *words)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert said in err


def test_whose_export_it_is_must_be_said_when_there_are_several(tokenry: Tokenry, data: Path, tmp_path: Path) -> None:
    fill(data, 4)
    path = tmp_path / "e.csv"
    path.write_text(HEAD + RIGHT)
    ran = tokenry("reconcile", str(path))
    assert (ran.code, "acme, here" in ran.err, "--provider" in ran.err) == (1, True, True)
    assert "no request went to nobody" in tokenry("reconcile", str(path), "--provider", "nobody").err


def test_days_that_are_no_longer_kept_one_by_one_cannot_be_compared(
    tokenry: Tokenry, data: Path, tmp_path: Path
) -> None:
    fill(data, 48)  # six days
    give_up(data, 5)
    code, out, err = reconcile(tokenry, tmp_path / "e.csv", HEAD + RIGHT)
    assert (code, out, "no longer kept one by one" in err) == (1, "", True)
    later = "2026-11-05,fast-1,4,4000,600,400,0.0028\n"
    code, out, _ = reconcile(tokenry, tmp_path / "e.csv", HEAD + later)
    assert (code, "1 agree" in out) == (0, True)
    bill = later.replace("0.0028", "0.00265")  # cached input at half its price, by costs that only the base remembers
    code, out, _ = reconcile(tokenry, tmp_path / "e.csv", HEAD + bill)
    assert (code, "cached input was billed at $0.25 per million" in out) == (0, True)
    ran = tokenry("prices", "replay", "--own-hardware", "--tokens-per-s", "5", "--json")
    assert ran.json["total"]["requests"] < 48
    assert "are left out" in ran.err
