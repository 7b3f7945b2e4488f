"""Every claim of a set, broken in turn, by somebody who makes the manifest fit what they changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.corpus.pages import jsonl, recipe, sentences
from tests.corpus.test_build import silent
from tests.corpus.typed import typed
from tokenry.cli.corpus_diff import tell as show_diff
from tokenry.corpus import Breach, build, difference, key_in, sign, verify
from tokenry.corpus.durable import sha256_of
from tokenry.corpus.shards import read_index

FORMATS = ["megatron", "parquet", "mds", "flat"]
Json = dict[str, Any]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("checking")
    jsonl(base / "a.jsonl", [sentences(number) for number in range(9)])
    build(settings(base), workers=1, tell=silent)
    return base / "out"


def settings(base: Path) -> Any:
    return recipe(base, "a.jsonl", dedup={"minhash": False}, shards={"tokens": 1200, "formats": FORMATS})


@pytest.fixture
def out(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "out")
    return tmp_path / "out"


def fitted(out: Path, change: Callable[[Json], None] = lambda manifest: None) -> None:
    """The manifest changed, and made to name the bytes of all files as they are now."""
    manifest = json.loads((out / "manifest.json").read_bytes())
    change(manifest)
    for file in (file for shard in manifest["shards"] for file in shard["files"]):
        file["sha256"] = sha256_of(out / file["name"])
    manifest["files"] = {name: sha256_of(out / name) for name in manifest["files"]}
    (out / "manifest.json").write_text(json.dumps(manifest))


def replaced(out: Path, column: str, values: Callable[[list[Any]], list[Any]]) -> None:
    path = out / "manifest/documents.parquet"
    table = pq.read_table(path)
    at = table.schema.get_field_index(column)
    changed = pa.array(values(table.column(column).to_pylist()), table.schema.field(at).type)
    pq.write_table(table.set_column(at, table.schema.field(at), changed), path)


def said(out: Path) -> list[Breach]:
    return list(verify(out))


def test_a_sound_set_has_no_breach(out: Path) -> None:
    assert said(out) == []
    fitted(out)
    assert said(out) == []
    assert list(verify(out, 1)) == []


@pytest.mark.parametrize("name", ["000001.bin", "000001.uint32", "000001.parquet", "000001.mds/shard.00000.mds"])
def test_other_tokens_are_seen_in_every_format(name: str, out: Path) -> None:
    path = out / "shards" / name
    if name.endswith(".parquet"):
        table = pq.read_table(path)
        ids = table.column("tokens").to_pylist()
        ids[0][3] += 1
        at = table.schema.get_field_index("tokens")
        pq.write_table(table.set_column(at, table.schema.field(at), pa.array(ids, table.schema.field(at).type)), path)
    else:
        _, starts, _ = read_index(out / "shards/000001.idx")
        assert starts[0] == 0
        text = bytearray(path.read_bytes())
        at = 12 if not name.endswith(".mds") else len(text) - 40
        text[at : at + 4] = (np.frombuffer(bytes(text[at : at + 4]), "<i4") + 1).tobytes()
        path.write_bytes(text)
    fitted(out)
    (breach,) = said(out)
    assert breach.file == f"shards/{name}"
    assert "gives another text" in breach.what


def test_a_file_that_is_no_shard_is_seen(out: Path) -> None:
    path = out / "shards/000000.mds/shard.00000.mds"
    path.write_bytes(path.read_bytes()[:200])
    fitted(out)
    assert [breach.file for breach in said(out)] == ["shards/000000.mds/shard.00000.mds"]
    (out / "shards/000009.bin").write_bytes(b"more")
    assert Breach("shards/000009.bin", "is in no manifest, and a trainer would read it") in said(out)


def _swapped(values: list[Any]) -> list[Any]:
    return [values[1], values[0], *values[2:]]


@pytest.mark.parametrize(
    ("column", "values", "words"),
    [
        ("digest", _swapped, "gives another text"),
        ("digest", lambda all_of: [bytes(32), *all_of[1:]], "its trees are not those"),
        ("position", lambda all_of: [one + 100 for one in all_of], "is not that at"),
        ("source", lambda all_of: ["elsewhere/b.jsonl", *all_of[1:]], "is not that at"),
        ("id", _swapped, "is not that at"),
        ("row", _swapped, "stands where 0 should"),
        ("tokens", _swapped, "lengths are not those"),
        ("shard", lambda all_of: ["000007", *all_of[1:]], "is in no manifest"),
    ],
)
def test_other_places_are_seen(column: str, values: Callable[[list[Any]], list[Any]], words: str, out: Path) -> None:
    replaced(
        out, column, values if column != "tokens" else lambda lengths: [lengths[0] + 1, lengths[1] - 1, *lengths[2:]]
    )
    fitted(out)
    assert any(words in breach.what for breach in said(out))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda manifest: manifest["documents"].update(read=99), "were read are not those"),
        (lambda manifest: manifest.update(tokens=1), "its sums are not those"),
        (lambda manifest: manifest["trees"]["documents"].update(root="00" * 32), "its trees are not those"),
        (lambda manifest: manifest["trees"]["documents"].update(size=3), "its trees are not those"),
        (lambda manifest: manifest["inputs"][0].update(sha256="00" * 32), "is not that at"),
    ],
)
def test_another_manifest_is_seen(change: Callable[[Json], None], words: str, out: Path) -> None:
    fitted(out, change)
    assert any(words in breach.what for breach in said(out))


def test_a_signed_set_cannot_be_made_to_fit(out: Path, tmp_path: Path) -> None:
    sign(out, key_in(tmp_path / "k.pem"))
    assert said(out) == []
    fitted(out)
    assert [breach.file for breach in said(out)] == ["roots.jsonl"]
    (out / "roots.jsonl").write_text("{}\n")
    assert "is no signed root" in said(out)[0].what


def test_diff_says_what_differs(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    jsonl(tmp_path / "a.jsonl", [sentences(number) for number in range(1, 11)])
    build(
        recipe(tmp_path, "a.jsonl", dedup={"minhash": False, "exact": False}, shards={"tokens": 1200}),
        workers=1, tell=silent,
    )  # fmt: skip  # one build
    found = difference(made, tmp_path / "out")
    assert not found["same"]
    assert (found["texts"]["common"], found["texts"]["removed"]["documents"]) == (8, 1)
    assert found["texts"]["added"]["documents"] == 2
    assert {"key": "recipe.dedup.exact", "from": True, "to": False} in found["settings"]
    assert difference(made, made)["same"]
    assert typed(monkeypatch, "diff", made, tmp_path / "out") == 1
    said = capsys.readouterr().out
    assert "recipe.dedup.exact" in said
    assert "Texts in A alone:" in said
    settings = [{"key": "recipe.filters.gopher", "from": {"min": 2, "words": ["a" * 99]}, "to": None}]
    show_diff({**found, "settings": settings, "inputs": {"removed": [f"in/{n}" for n in range(20)], "added": []}})
    words = " ".join(capsys.readouterr().out.split())
    assert "recipe.filters.gopher min 2, words aaa" in words
    assert "in/7, and 12 more" in words
    assert typed(monkeypatch, "diff", made, made, "--json") == 0
    assert json.loads(capsys.readouterr().out)["same"] is True
