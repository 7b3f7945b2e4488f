"""Sets of strangers and of broken disks: every verb says what is wrong with them, and none falls over."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.corpus.pages import LIGHT, jsonl, recipe, sentences
from tests.corpus.test_build import silent
from tokenry.cli import show
from tokenry.corpus import (
    Answers,
    CorpusError,
    Prover,
    affected,
    build,
    difference,
    key_in,
    key_of,
    read_manifest,
    report,
    sampled,
    sign,
    signed_roots,
    standing,
    traced,
    verify,
)
from tokenry.corpus.durable import sha256_of

Json = dict[str, Any]
FORMATS = ["megatron", "parquet", "mds", "flat"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("damaged")
    jsonl(base / "a.jsonl", [sentences(number) for number in range(4)] + ["short"])
    build(recipe(base, "a.jsonl", **LIGHT, shards={"formats": FORMATS}), workers=1, tell=silent)
    sign(base / "out", key_in(base / "k.pem"))
    return base / "out"


@pytest.fixture
def out(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "out")
    return tmp_path / "out"


def verbs(out: Path, made: Path) -> Iterator[Callable[[], object]]:
    yield lambda: list(verify(out))
    yield lambda: report(out, read_manifest(out), Answers(), out.parent / "report", samples=1)
    yield lambda: Prover(out).answer(sentences(3))
    yield lambda: sign(out, key_in(made.parent / "k.pem"))
    yield lambda: signed_roots(out)
    yield lambda: standing(out)
    yield lambda: sampled(out, "min_words", 3)
    yield lambda: traced(out, "url", "u1")
    yield lambda: difference(out, made)
    yield lambda: affected(out, ["c"])


def refusals(out: Path, made: Path) -> list[str]:
    """Every verb's own word for why it cannot; whatever else is raised fails the test."""
    words = []
    for verb in verbs(out, made):
        try:
            verb()
        except CorpusError as error:
            words.append(error.message)
    return words


@pytest.mark.parametrize("text", ["", "[]", "{}", "[" * 50_000, '{"format": "tokenry.corpus/0"}', "\udcff", "nul\0"])
def test_a_manifest_that_is_none(text: str, out: Path, made: Path) -> None:
    (out / "manifest.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert len(refusals(out, made)) >= 6


@pytest.mark.parametrize("ill", [None, "x", -1, [1], {"a": 1}, 10**30])
def test_a_manifest_with_a_part_that_is_something_else(ill: object, out: Path, made: Path) -> None:
    whole = json.loads((made / "manifest.json").read_bytes())
    for name in set(whole) - {"format", "reads"}:
        parts: Json = {**whole, name: ill}
        if parts[name] != ill or (name, type(ill)) in (("stages", list), ("versions", dict)):
            continue
        (out / "manifest.json").write_text(json.dumps(parts))
        with pytest.raises(CorpusError, match=f"{name}|int"):
            read_manifest(out)
    lost = {name: part for name, part in whole.items() if name != "trees"}
    (out / "manifest.json").write_text(json.dumps(lost))
    with pytest.raises(CorpusError, match="trees"):
        sign(out, key_in(made.parent / "k.pem"))


@pytest.mark.parametrize("name", ["manifest/documents.parquet", "documents/000000.parquet", "dropped/000000.parquet"])
def test_a_table_that_is_cut_or_gone(name: str, out: Path, made: Path) -> None:
    (out / name).write_bytes((out / name).read_bytes()[:-9])
    assert [one.file for one in verify(out)] == [name]
    assert all(f"{name} cannot be read" in words for words in refusals(out, made))
    whole = json.loads((out / "manifest.json").read_bytes())
    whole["files"][name] = sha256_of(out / name)
    (out / "manifest.json").write_text(json.dumps(whole))
    assert name != "manifest/documents.parquet" or "cannot be read" in str(list(verify(out)))
    (out / name).unlink()
    assert refusals(out, made)


def test_shards_that_hold_what_no_tokenizer_knows(out: Path) -> None:
    files = {name: next((out / "shards").rglob(name)) for name in ("000000.bin", "000000.uint32", "shard.00000.mds")}
    ill = np.full(files["000000.uint32"].stat().st_size // 4, 2**32 - 2, "<u4").tobytes()
    files["000000.uint32"].write_bytes(ill)
    files["000000.bin"].write_bytes(ill)
    files["shard.00000.mds"].write_bytes(files["shard.00000.mds"].read_bytes()[:40])
    (out / "shards/000000.idx").write_bytes(b"MMIDIDX")
    whole = json.loads((out / "manifest.json").read_bytes())
    for file in whole["shards"][0]["files"]:
        file["sha256"] = sha256_of(out / file["name"])
    (out / "manifest.json").write_text(json.dumps(whole))
    assert {Path(one.file).name for one in verify(out)} > {*files, "000000.idx"} - {"roots.jsonl"}


@pytest.mark.parametrize("line", [b"{}", b'{"kind": 1}', b"\xff", b"[" * 20_000])
def test_a_book_that_was_changed_by_hand(line: bytes, out: Path, made: Path) -> None:
    with (out / "book.jsonl").open("ab") as file:
        file.write(line + b"\n")
    with pytest.raises(CorpusError, match=r"book.jsonl:\d+ was changed"):
        standing(out)
    refusals(out, made)


def test_a_log_of_roots_that_is_no_text(out: Path) -> None:
    with (out / "roots.jsonl").open("ab") as file:
        file.write(b"\xff\xc2{\n")
    with pytest.raises(CorpusError, match=r"roots\.jsonl:2 is no signed root"):
        signed_roots(out)


def test_no_key_is_made_in_a_set_that_people_publish(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CorpusError, match="name another --key"):
        key_of(out, out / "k.pem")
    monkeypatch.chdir(out / "shards")
    key_of(Path(".."))
    assert not [*out.rglob("*.pem")]
    assert (out.parent / "out.key.pem").exists()


def test_what_documents_say_commands_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    ill = "https://\x1b]0;a\x07\x9b2J\r.example/"
    show.say(ill, "two\tlines")
    show.pairs([("url", ill)])
    show.table(["URL"], [(ill,)], empty="")
    told = capsys.readouterr().out
    assert not set(told) & set("\x1b\x07\x9b\r")
    assert told.count(".example/") == 3
    assert "\ntwo\tlines\n" in told


def test_a_folder_without_a_run_is_not_one_without_the_document(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="holds no run"):
        traced(tmp_path / "nowhere", "url", "u1")
    with pytest.raises(CorpusError, match="holds no run"):
        sampled(tmp_path / "nowhere", "min_words", 3)
