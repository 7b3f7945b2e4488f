"""Sets as whoever serves sees them: found by patterns, named without paths, and believed in nothing."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.sets.made import DROPS, KEPT, READ, TOKENS, build, hash_of, manifest, report, sign, whole
from tokenry.base.errors import Conflict, NotFound
from tokenry.sets import REPORT_FILES, Sets, TrainingSet, files, steps
from tokenry.sets import report as reports


def only(tmp_path: Path) -> TrainingSet:
    (one,) = Sets().listing([str(tmp_path / "*")])
    return one


def test_a_set_is_what_its_papers_say(tmp_path: Path) -> None:
    whole(tmp_path / "tides")
    one, sets = only(tmp_path), Sets()
    assert (one.name, one.state, one.fault) == ("tides", "finished", None)
    assert one.manifest is not None
    assert (one.manifest.documents.read, one.manifest.tokens) == (READ, TOKENS)
    found = sets.report(one)
    assert (found.state, set(found.files), sets.signed(one).state) == ("current", set(REPORT_FILES), "good")
    assert sets.shards_state(one) == "there"


def test_the_funnel_comes_in_the_order_in_which_documents_met_the_rules(tmp_path: Path) -> None:
    whole(tmp_path / "tides")
    one = only(tmp_path)
    assert one.manifest is not None
    told = steps(one.manifest, Sets().report(one).content)
    assert [step.stage for step in told] == ["read", "opt_out", "opt_out", "gopher_quality", "exact_dedup"]
    assert [step.rule for step in told[1:3]] == ["robots.txt", "tdm-reservation"]
    assert [step.left for step in told][-1] == KEPT
    assert {(step.rule, step.tokens_left) for step in told} == {(row[1], TOKENS + at) for at, row in enumerate(DROPS)}
    assert {step.tokens_left for step in steps(one.manifest, None)} == {None}


def test_ids_stay_and_tell_no_path(tmp_path: Path) -> None:
    whole(tmp_path / "a" / "tides")
    first = only(tmp_path / "a")
    (tmp_path / "a").rename(tmp_path / "b")
    assert only(tmp_path / "b").id == first.id, "moved"
    build(tmp_path / "b" / "tides", tokens=5)
    assert only(tmp_path / "b").id == first.id, "built again by the same recipe"
    (tmp_path / "b" / "tides").rename(tmp_path / "b" / "storms")
    assert only(tmp_path / "b").id != first.id
    assert str(tmp_path) not in first.id


def test_two_recipes_are_two_sets_and_the_same_one_twice_is_one(tmp_path: Path) -> None:
    for place, name in (("a", "one"), ("b", "one"), ("c", "two")):
        build(tmp_path / place / "out", fingerprint=hash_of(name))
    sets = Sets().listing([str(tmp_path / "*" / "out"), str(tmp_path / "a" / "out")])
    assert sorted(one.name for one in sets) == ["a/out", "b/out", "c/out"]
    build(tmp_path / "x" / "tides")
    build(tmp_path / "y" / "tides")
    assert len(Sets().listing([str(tmp_path / "*" / "tides")])) == 1


def test_what_is_no_set_is_left_out_and_what_is_not_finished_says_so(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "letter.txt").write_text("no folder")
    (tmp_path / "begun").mkdir()
    (tmp_path / "begun" / "book.jsonl").write_text("{}\n")
    one = only(tmp_path)
    assert (one.name, one.state, one.manifest) == ("begun", "unfinished", None)
    assert Sets().signed(one).state == Sets().report(one).state == "none"


HOSTILE: dict[str, Any] = {
    "nothing": b"",
    "no JSON": b"{",
    "no object": b"[]",
    "another format": manifest(format="tokenry.corpus/9"),
    "no number": manifest(tokens="many"),
    "below zero": manifest(tokens=-1),
    "beyond what a browser counts": manifest(tokens=2**60),
    "a hash that is none": manifest(fingerprint="x" * 64),
    "a hash with a line after it": manifest(fingerprint="0" * 64 + "\n"),
    "a stage of a megabyte": manifest(stages=["x" * 2**20]),
    "a shard elsewhere": manifest(shards=[{"name": "0", "documents": 1, "tokens": 1, "files": [
        {"name": "shards/../../../etc/passwd", "bytes": 1, "sha256": "0" * 64}]}]),
    "deep": b'{"format":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "bytes that are no text": b'{"format":"\xff\xfe"}',
}  # fmt: skip  # papers


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_manifest_is_hostile_until_read(tmp_path: Path, kind: str) -> None:
    said = HOSTILE[kind]
    build(tmp_path / "tides")
    (tmp_path / "tides" / "manifest.json").write_bytes(said if isinstance(said, bytes) else json.dumps(said).encode())
    one = only(tmp_path)
    assert one.state == "unreadable"
    assert one.fault is not None
    assert one.fault.startswith("manifest.json")
    assert len(one.fault) < 400
    assert str(tmp_path) not in one.fault


def test_too_large_a_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole(tmp_path / "tides")
    with (tmp_path / "tides" / "manifest.json").open("r+b") as file:
        file.truncate(files.FILE_SIZE_MAX + 1)
    assert "files of more than" in str(only(tmp_path).fault)
    whole(tmp_path / "tides")
    with (tmp_path / "tides" / "report" / "summary.json").open("r+b") as file:
        file.truncate(reports.SUMMARY_SIZE_MAX + 1)
    found = Sets().report(only(tmp_path))
    assert (found.state, "summary.json" in found.files) == ("unreadable", True), "it can still be fetched"


def test_a_report_of_the_set_as_it_was_says_so(tmp_path: Path) -> None:
    whole(tmp_path / "tides")
    sets = Sets()
    assert sets.report(sets.listing([str(tmp_path / "*")])[0]).state == "current"
    build(tmp_path / "tides", tokens=TOKENS - 1)
    (one,) = sets.listing([str(tmp_path / "*")])
    assert one.manifest is not None
    assert one.manifest.tokens == TOKENS - 1, "nothing old is remembered"
    assert (sets.report(one).state, sets.signed(one).state) == ("older", "older")


def test_a_report_that_cannot_be_read(tmp_path: Path) -> None:
    sha = build(tmp_path / "tides")
    assert Sets().report(only(tmp_path)).state == "none"
    report(tmp_path / "tides", sha, languages="all")
    assert Sets().report(only(tmp_path)).state == "unreadable"
    (tmp_path / "tides" / "report" / "summary.json").unlink()
    found = Sets().report(only(tmp_path))
    assert (found.state, found.why) == ("unreadable", "report/summary.json is missing")


def test_signatures(tmp_path: Path) -> None:
    folder = tmp_path / "tides"
    sha = build(folder)
    assert Sets().signed(only(tmp_path)).state == "none"
    sign(folder, hash_of("before"))
    sign(folder, sha)
    good = Sets().signed(only(tmp_path))
    assert (good.state, good.number) == ("good", 2)
    log = (folder / "roots.jsonl").read_bytes()
    (folder / "roots.jsonl").write_bytes(log + b'{"statement":{"num')
    assert Sets().signed(only(tmp_path)) == good, "a line that a kill tore was never there"
    first, second = log.splitlines()
    for broken in (second, first + b"\n" + first, log.replace(sha.encode(), hash_of("x").encode()), b"{}", b"\xff"):
        (folder / "roots.jsonl").write_bytes(broken.strip() + b"\n")
        found = Sets().signed(only(tmp_path))
        assert found.state == "broken", broken
        assert found.key is None, "no key is told of what it did not sign"


def test_files_of_shards_are_looked_at(tmp_path: Path) -> None:
    build(tmp_path / "tides")
    file = tmp_path / "tides" / "shards" / "000001.bin"
    file.write_bytes(b"")
    assert Sets().shards_state(only(tmp_path)) == "changed"
    file.unlink()
    assert Sets().shards_state(only(tmp_path)) == "missing"


@pytest.mark.skipif(os.name == "nt", reason="links and pipes of POSIX")
def test_nothing_leads_out_of_a_set(tmp_path: Path) -> None:
    """Neither a link for a file, nor one for the folder, nor a pipe that would keep the reader waiting."""
    whole(tmp_path / "sets" / "tides")
    outside, to = tmp_path / "outside", tmp_path / "sets" / "tides" / "report"
    outside.mkdir()
    (outside / "index.html").write_text("secret")
    one, sets = only(tmp_path / "sets"), Sets()
    with sets.file(one, "index.html")[0] as page:
        assert b"Summary" in page.read()
    (to / "index.html").unlink()
    (to / "index.html").symlink_to(outside / "index.html")
    os.mkfifo(to / "pipe")
    (to / "spdx.json").unlink()
    (to / "pipe").rename(to / "spdx.json")
    (to / "croissant.json").unlink()
    for name in ("index.html", "spdx.json"):
        with pytest.raises(Conflict, match=rf"report/{name} is"):
            sets.file(one, name)
    with pytest.raises(NotFound, match="corpus report"):
        sets.file(one, "croissant.json")
    assert set(sets.report(one).files) == {"summary.pdf", "summary.json", "sha256sums.txt"}
    to.rename(tmp_path / "sets" / "tides" / "before")
    to.symlink_to(outside)
    with pytest.raises(Conflict):
        sets.file(one, "index.html")
    assert sets.report(one).files == {}


def test_whoever_configures_it_is_told_what_leads_nowhere(tmp_path: Path) -> None:
    whole(tmp_path / "sets" / "tides")
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "manifest.json").write_text("{}")
    patterns = [str(tmp_path / name) for name in ("sets/*", "nowhere/*", "empty", "bad")]
    first, second, third = Sets().troubles(patterns)
    assert "nowhere" in first
    assert "there is nothing" in first
    assert "holds no manifest.json" in second
    assert "cannot be read" in third


def test_a_name_is_text(tmp_path: Path) -> None:
    build(tmp_path / "tides\x1b[31m\u202e")
    assert only(tmp_path).name == "tides�[31m�"
