"""A whole run on made-up pages: what comes out, that it comes out the same, and that a kill changes nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.corpus.pages import jsonl, page, recipe, sentences, warc
from tokenry.corpus import Recipe, build, read_manifest, sampled, standing, traced, verify
from tokenry.corpus.errors import InputError, RunFolderError
from tokenry.corpus.run import Progress, book, read_book
from tokenry.corpus.run.inputs import found_inputs
from tokenry.corpus.shards import read_index


def silent(progress: Progress) -> None:
    pass


def contents(out: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != book.NAME
    }


def settings(base: Path) -> Recipe:
    off = dict.fromkeys(("language", "gopher_repetition", "gopher_quality", "c4_quality"), False)
    return recipe(base, "in/*", preset="fineweb", filters=off, dedup={"minhash": False}, shards={"tokens": 2000})


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    base = tmp_path_factory.mktemp("corpus")
    (base / "in").mkdir()
    warc(base / "in/a.warc.gz", 8)
    (base / "in/b.html").write_text(page(50))
    (base / "in/c.html").write_text(page(51, body="A list\nof words\nwithout\nany stop"))
    jsonl(base / "in/d.jsonl", [sentences(60), sentences(60), "  "])
    shutil.copy(base / "in/b.html", base / "in/e.html")
    (base / "in/f.warc.gz").write_bytes((base / "in/a.warc.gz").read_bytes()[:1200])
    return base, build(settings(base), workers=2, tell=silent)


def test_every_document_is_accounted_for(made: tuple[Path, dict[str, Any]]) -> None:
    base, manifest = made
    dropped = {(row["stage"], row["rule"]): row["documents"] for row in manifest["funnel"]}
    assert manifest["documents"]["read"] == manifest["documents"]["kept"] + sum(dropped.values())
    assert dropped["exact_dedup", "exact_copy"] >= 1
    losses = {one["name"]: [loss["rule"] for loss in one["losses"]] for one in manifest["inputs"] if one["losses"]}
    assert losses == {"in/e.html": ["same_file"], "in/f.warc.gz": ["truncated"]}
    assert standing(base / "out")["finished"]


def test_shards_lead_back_to_documents_and_sources(made: tuple[Path, dict[str, Any]]) -> None:
    base, manifest = made
    out = base / "out"
    places = pq.read_table(out / "manifest/documents.parquet").to_pylist()
    assert len(places) == manifest["documents"]["kept"]
    assert len(manifest["shards"]) > 1
    for shard in manifest["shards"]:
        mine = [place for place in places if place["shard"] == shard["name"]]
        assert [place["row"] for place in mine] == list(range(shard["documents"]))
        table = pq.read_table(out / f"shards/{shard['name']}.parquet")
        lengths, starts, kind = read_index(out / f"shards/{shard['name']}.idx")
        ids = table.column("tokens").to_pylist()
        for at, place in enumerate(mine):
            read = np.fromfile(out / f"shards/{shard['name']}.bin", kind, lengths[at], offset=starts[at])
            assert read.tolist() == ids[at]
            assert place["id"] == table.column("id")[at].as_py()
            assert place["tokens"] == len(ids[at])
    assert {place["source"] for place in places} == {"in/a.warc.gz", "in/b.html", "in/d.jsonl"}
    assert str(base) not in json.dumps(manifest)


def test_the_same_bytes_again_for_any_number_of_workers_and_after_a_kill(
    made: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    base, _ = made
    shutil.copytree(base / "in", tmp_path / "in")
    assert contents(base / "out") == again(tmp_path)
    rows = (tmp_path / "out/book.jsonl").read_bytes().splitlines(keepends=True)
    kinds = [json.loads(row)["kind"] for row in rows]
    for kept in (1, kinds.index("documents"), kinds.index("tokens"), kinds.index("shards") + 1):
        (tmp_path / "out/book.jsonl").write_bytes(b"".join(rows[:kept]) + rows[kept][:10])
        (tmp_path / "out/manifest.json").unlink()
        (tmp_path / "out/shards/000000.bin.x.partial").write_bytes(b"half")
        if "tokens" in kinds[:kept]:
            break  # the tokens are gone once a run is finished
        assert contents(base / "out") == again(tmp_path)


def again(base: Path) -> dict[str, bytes]:
    build(settings(base), workers=1, tell=silent)
    return contents(base / "out")


def test_a_finished_run_is_not_done_again(made: tuple[Path, dict[str, Any]]) -> None:
    base, manifest = made
    told: list[str] = []
    assert build(settings(base), workers=1, tell=lambda progress: told.append(progress.phase)) == manifest
    assert told == []


def test_another_recipe_may_not_write_here(made: tuple[Path, dict[str, Any]]) -> None:
    base, _ = made
    with pytest.raises(RunFolderError, match=r"run of another kind: recipe\.\S+ (is|differs)"):
        build(recipe(base, "in/*", preset="own-documents"), workers=1, tell=silent)
    with book.Book(base / "out"), pytest.raises(RunFolderError, match="another build works in"):
        build(settings(base), workers=1, tell=silent)


def test_inspect_says_where_a_document_went_and_why(made: tuple[Path, dict[str, Any]]) -> None:
    out = made[0] / "out"
    (kept,) = traced(out, "url", "https://example.org/3")
    assert (kept["fate"], kept["shard"] is not None, kept["tokens"] > 100) == ("kept", True, True)
    (dropped,) = sampled(out, "short_line_ratio", 5) or sampled(out, "line_punct_ratio", 5)
    assert dropped["source"] == "in/c.html"
    assert traced(out, "id", dropped["id"])[0]["fate"] == "dropped"
    copy = sampled(out, "exact_dedup", 5)[0]
    (gone,) = traced(out, "id", copy["id"])
    assert gone["value"] == traced(out, "id", copy["value"])[0]["id"]


@pytest.mark.parametrize(
    "name", ["shards/000000.bin", "shards/000001.idx", "manifest/documents.parquet", "dropped/000000.parquet"]
)
def test_verify_finds_one_changed_byte(name: str, made: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    shutil.copytree(made[0] / "out", tmp_path / "out")
    assert list(verify(tmp_path / "out")) == []
    file = tmp_path / "out" / name
    text = bytearray(file.read_bytes())
    text[-1] ^= 1
    file.write_bytes(text)
    assert [breach.file for breach in verify(tmp_path / "out")] == [name]
    file.unlink()
    assert "cannot be read" in next(verify(tmp_path / "out")).what


def test_verify_counts_again_where_the_manifest_was_changed(made: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    shutil.copytree(made[0] / "out", tmp_path / "out")
    manifest = read_manifest(tmp_path / "out")
    manifest["shards"][0]["tokens"] += 1
    (tmp_path / "out/manifest.json").write_text(json.dumps(manifest))
    assert [breach.file for breach in verify(tmp_path / "out")] == ["manifest/documents.parquet"]
    manifest["shards"][0]["files"][0]["name"] = "../../etc/passwd"
    (tmp_path / "out/manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(RunFolderError, match="outside its folder"):
        list(verify(tmp_path / "out"))


def test_a_run_reads_nothing_that_it_wrote(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    jsonl(tmp_path / "mine/a.jsonl", ["one of the documents, with words enough", "another of them, as long as that"])
    within = recipe(tmp_path, ".", preset="own-documents", output="./mine/../mine/out")
    for _ in range(2):  # the second time its own book.jsonl lies there
        assert [one.shown for one in found_inputs(within)] == [f"{tmp_path.name}/mine/a.jsonl"]
        (tmp_path / "mine/out").mkdir(exist_ok=True)
        jsonl(tmp_path / "mine/out/book.jsonl", ["x"])
    with pytest.raises(InputError, match="output: mine is a folder of inputs"):
        found_inputs(recipe(tmp_path, "mine/", preset="own-documents", output="mine"))
    with pytest.raises(InputError, match="nothing but what lies in the output"):
        found_inputs(recipe(tmp_path, "mine/out/*", preset="own-documents", output="mine/out"))


def test_inputs_without_one_document_stop_the_run(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("")
    with pytest.raises(InputError, match="no document can be read"):
        build(recipe(tmp_path, "a.jsonl"), workers=1, tell=silent)


def test_a_book_changed_by_hand_is_refused(tmp_path: Path) -> None:
    (tmp_path / "book.jsonl").write_text("{}\n")
    with pytest.raises(RunFolderError, match="changed by hand"):
        book.Book(tmp_path)
    with pytest.raises(RunFolderError, match="holds no run"):
        read_book(tmp_path / "none")
