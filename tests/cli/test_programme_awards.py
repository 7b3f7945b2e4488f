"""`tokenry award` for the awards of a programme, from the shell of an officer: the whole life, and files of awards."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Tokenry

pytestmark = pytest.mark.usefixtures("research")


@pytest.fixture
def research(tokenry: Tokenry) -> None:
    assert tokenry("programme", "create", "--template", "research", "--name", "N", "--json").code == 0


def test_a_trillion_tokens_as_a_script_awards_them(tokenry: Tokenry) -> None:
    made = tokenry("award", "create", "--programme", "N", "--tokens", "1000000000000", "--json").json
    assert (made["left_tokens"], made["issued_tokens"], made["unit"]) == (10**12, 10**12, "tokens")
    assert made["left_usd"] is None
    shown = tokenry("award", "show", made["id"]).out
    assert "1,000,000,000,000 of 1,000,000,000,000 tokens" in shown
    assert "final" in shown
    assert tokenry("award", "list", "--programme", "N", "--json").json["awards"][0]["id"] == made["id"]


def test_a_life(tokenry: Tokenry, tmp_path: Path) -> None:
    first = tokenry(
        "award", "create", "--programme", "N", "--name", "one", "--tokens", "9M", "--tranches", "3", "--every", "30",
        "--json",
    ).json  # fmt: skip
    assert (first["left_tokens"], first["committed_tokens"]) == (3_000_000, 6_000_000)
    other = tokenry("award", "create", "--programme", "N", "--name", "two", "--tokens", "1M", "--json").json
    assert tokenry("award", "release", "one", "--json").json["left_tokens"] == 6_000_000
    moved = tokenry("award", "transfer", "one", "--to", "two", "--tokens", "1M", "--reason", "the work moved", "--json")
    assert moved.json["left_tokens"] == 5_000_000
    assert tokenry("award", "show", other["id"], "--json").json["left_tokens"] == 2_000_000
    added = tokenry("award", "add", "one", "--tokens", "2M", "--expires", "400d", "--reason", "it goes on", "--json")
    assert added.json["left_tokens"] == 7_000_000
    assert added.json["expires_at"] > first["expires_at"]
    assert tokenry("award", "withdraw", "one", "--tokens", "7M", "--reason", "idle", "--json").json["left_tokens"] == 0
    assert tokenry("award", "suspend", "one", "--reason", "a key leaked", "--json").json["state"] == "suspended"
    assert tokenry("award", "resume", "one", "--json").json["life"] == "active"
    text = tmp_path / "report.md"
    text.write_text("It went well.")
    (report,) = [r for r in tokenry("award", "report", "list", "one", "--json").json["reports"] if r["kind"] == "final"]
    closing = tokenry("award", "close", "one", "--reason", "done")
    assert "accept it, or waive it" in closing.err
    assert "submitted" in tokenry("award", "report", "submit", report["id"], "--file", str(text)).out
    assert "returned" in tokenry("award", "report", "return", report["id"], "--reason", "figures?").out
    tokenry("award", "report", "submit", report["id"], "--file", str(text), "--link", "https://example.org/paper")
    assert "accepted" in tokenry("award", "report", "accept", report["id"]).out
    assert tokenry("award", "close", "one", "--reason", "done", "--json").json["life"] == "closed"
    steps = tokenry("award", "history", "one", "--json").json["steps"]
    assert [s["step"] for s in steps] == [
        "created", "granted", "tranche_released", "transfer_granted", "extension_granted", "supplement_granted",
        "withdrawal_granted", "suspended", "resumed", "closing", "report_submitted", "report_returned",
        "report_submitted", "report_accepted", "closed",
    ]  # fmt: skip
    assert "a key leaked" in tokenry("award", "history", "one").out
    assert "The books are sound" in tokenry("ledger", "check").out
    assert tokenry("audit", "verify").code == 0


REFUSED = (
    (("create", "--programme", "N", "--tokens", "-5"), "no number of tokens"),
    (("create", "--programme", "N", "--tokens", "0"), "none to award"),
    (("create", "--programme", "N", "--tokens", "99999999999999999999"), "units"),
    (("create", "--programme", "N", "--tokens", "11T"), "raise its cap"),
    (("create", "--programme", "N", "--usd", "5"), "awards tokens"),
    (("create", "--programme", "N", "--tokens", "5", "--expires", "2020-01-01"), "does not lie in the future"),
    (("create", "--programme", "N", "--tokens", "5", "--begins", "20d", "--expires", "10d"), "ends after it begins"),
    (("create", "--programme", "N", "--tokens", "5", "--tier", "Nope"), "has no tier"),
    (("create", "--programme", "N", "--tokens", "50", "--tranches", "9", "--every", "90"), "when the award is over"),
    (("create", "--programme", "N", "--tokens", "2", "--tranches", "3", "--every", "9"), "in 3 parts"),
    (("create", "--programme", "N", "--tokens", "5", "--awardee", "nobody"), "user"),
    (("create", "--programme", "nope", "--tokens", "5"), "no programme"),
    (("create", "--name", "plain", "--usd", "5", "--tier", "Explore"), "of a programme"),
    (("transfer", "one", "--to", "default", "--tokens", "5", "--reason", "x"), "of no programme"),
    (("transfer", "one", "--to", "elsewhere", "--tokens", "5", "--reason", "x"), "of one project"),
    (("transfer", "one", "--to", "one", "--tokens", "5", "--reason", "x"), "another award"),
    (("withdraw", "one", "--tokens", "1T", "--reason", "x"), "less than"),
    (("withdraw", "one", "--tokens", "5"), "say why"),
    (("add", "one", "--expires", "1d", "--reason", "x"), "after the award's end"),
    (("add", "one", "--expires", "5000d", "--reason", "x"), "at most 3660 days"),
    (("add", "one", "--usd", "5", "--reason", "x"), "counted in tokens"),
    (("suspend", "one"), "say why"),
    (("resume", "one"), "must be suspended"),
    (("reopen", "one", "--reason", "x"), "must be closing"),
    (("release", "one"), "all tranches"),
    (("close", "one"), "say why"),
    (("report", "accept", "rep_nope"), "no report"),
    (("approve", "amd_nope"), "no amendment"),
)  # fmt: skip  # a refusal a line


def test_what_is_refused_says_why_and_changes_nothing(tokenry: Tokenry) -> None:
    tokenry("project", "create", "--name", "other")
    tokenry("award", "create", "--programme", "N", "--name", "one", "--tokens", "10")
    tokenry("award", "create", "--programme", "N", "--name", "elsewhere", "--project", "other", "--tokens", "10")
    before = tokenry("award", "list", "--json").json
    for words, why in REFUSED:
        ran = tokenry("award", *words)
        assert ran.code != 0, words
        assert why in ran.err, (words, ran.err)
    assert tokenry("award", "list", "--json").json == before


FILE = """name,tokens,project,ends,tranches,every_days
alpha,1000000,lab,2099-01-31,,
beta,"2,000,000",lab,,2,30
"""


def test_a_file_of_awards(tokenry: Tokenry, tmp_path: Path) -> None:
    tokenry("project", "create", "--name", "lab")
    file = tmp_path / "awards.csv"
    file.write_text(FILE.replace("2099-01-31", "2030-01-31"))
    dry = tokenry("award", "import", str(file), "--programme", "N")
    assert dry.out.startswith("would make 2 awards of 3,000,000 tokens in all")
    assert tokenry("award", "list", "--programme", "N", "--json").json["awards"] == []
    made = tokenry("award", "import", str(file), "--programme", "N", "--yes", "--json").json
    assert [one["name"] for one in made["made"]] == ["alpha", "beta"]
    assert tokenry("award", "show", "beta", "--json").json["committed_tokens"] == 1_000_000
    again = tokenry("award", "import", str(file), "--programme", "N", "--yes", "--json").json
    assert (again["made"], again["known"]) == ([], 2)
    exported = tokenry("award", "export", "--programme", "N").out
    (tmp_path / "own.csv").write_text(exported)
    own = tokenry("award", "import", str(tmp_path / "own.csv"), "--programme", "N", "--yes", "--json").json
    assert (own["made"], own["known"], own["faults"]) == ([], 2, [])
    assert len(tokenry("award", "list", "--programme", "N", "--json").json["awards"]) == 2


def test_a_file_with_faults_makes_nothing(tokenry: Tokenry, tmp_path: Path) -> None:
    tokenry("project", "create", "--name", "lab")
    file = tmp_path / "awards.csv"
    file.write_text(
        "name,tokens,project,ends\ngood,5,lab,\nbad,12.5,lab,\nworse,5,nowhere,\ngood,7,lab,\nlate,5,lab,2020-01-01\nshort,5\n"
    )
    ran = tokenry("award", "import", str(file), "--programme", "N", "--yes")
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["line 3", "line 4", "line 5", "line 6", "line 7"]
    assert "no whole number" in lines[0]
    assert "stands in line 2 already" in lines[2]
    assert tokenry("award", "list", "--programme", "N", "--json").json["awards"] == []
