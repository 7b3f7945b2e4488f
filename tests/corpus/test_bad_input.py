"""Everything that is wrong with inputs, one test a wrong: a run ends well or stops with a clear word, and each loss is
counted with its reason.

Elsewhere: a full disk (test_consent), stages that hang, swell, die or raise (test_pool), broken PDFs (test_printed),
lines that hold no text and batches whose file breaks after its survey (test_reading), charsets (test_stages), servers
that fail (test_remote).
"""

from __future__ import annotations

import gzip
import io
import json
import os
import resource
import sys
import zlib
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.corpus.hostile import FrailFactory
from tests.corpus.pages import LIGHT, jsonl, page, recipe, sentences, warc, warc_record
from tokenry.base.clock import ManualClock
from tokenry.corpus import RecipeError, build, sampled, traced
from tokenry.corpus.documents import Outcome
from tokenry.corpus.encodings import unpacked
from tokenry.corpus.errors import InputError
from tokenry.corpus.read import Found, Origin, Surveyed, find, members, planned, read_batch, survey, tables
from tokenry.corpus.read.batches import reading
from tokenry.corpus.read.unpacked import Unpacked
from tokenry.corpus.run import layout, read_book
from tokenry.corpus.run.workbench import Workbench
from tokenry.corpus.work import Task

URL = "https://example.org/"


def looked_at(path: Path) -> tuple[Surveyed, Outcome]:
    (found,) = find(str(path), Origin(), Path())
    one = survey(found)
    batches = list(planned([one], None))
    return one, read_batch(part for parts in batches for part in parts)


def lost(one: Surveyed) -> list[str]:
    return [rule for rule, _ in one.losses]


def urls(outcome: Outcome) -> list[str]:
    return [url.removeprefix(URL) for url in outcome.kept.column("url").to_pylist()]


def reasons(outcome: Outcome) -> list[str]:
    rules: list[str] = outcome.dropped.column("rule").to_pylist()
    return rules


def records(count: int, *, packed: bool = True) -> list[bytes]:
    made = [warc_record(f"{URL}{number}", page(number).encode()) for number in range(count)]
    return [gzip.compress(one, mtime=0) for one in made] if packed else made


def built(base: Path, *inputs: str, **more: Any) -> dict[str, Any]:
    return build(recipe(base, *inputs, **{**LIGHT, **more}), workers=1, tell=lambda _: None, clock=ManualClock())


# Gzip that is cut off, damaged or mislabelled


@pytest.mark.parametrize("cut", [-7, -400, 60 - 800])
def test_a_warc_that_is_cut_off(cut: int, tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(b"".join(records(4))[:cut])
    one, outcome = looked_at(tmp_path / "a.warc.gz")
    whole = ["0", "1", "2", "3"] if cut == -7 else ["0", "1", "2"]  # its page is there, its sum is not
    assert (lost(one), urls(outcome)) == (["truncated"], whole)


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("harm", ["first byte", "middle", "end", "missing", "garbage"])
def test_a_damaged_record_costs_itself_alone(harm: str, packed: bool, tmp_path: Path) -> None:
    parts = records(6, packed=packed)
    bad = bytearray(parts[2])
    if harm == "missing":
        bad = bad[: len(bad) // 2] if packed else bad[:30]
    elif harm == "garbage":
        bad = bytearray(b"nothing of this is a record\n" * 9)
    else:
        bad[{"first byte": 0, "middle": len(bad) // 2, "end": len(bad) - 5}[harm]] ^= 0xFF
    parts[2] = bytes(bad)
    name = "a.warc.gz" if packed else "a.warc"
    (tmp_path / name).write_bytes(b"".join(parts))
    one, outcome = looked_at(tmp_path / name)
    harmless = not packed and harm in ("middle", "end")  # a letter of a page: nobody can know
    assert urls(outcome) == (list("012345") if harmless else list("01345"))
    assert lost(one) == ([] if harmless else ["damaged"])
    assert harmless or "reading goes on at byte" in one.losses[0][1]
    assert len(set(outcome.kept.column("id").to_pylist())) == outcome.kept.num_rows


def test_a_file_full_of_damage_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokenry.corpus.read.warc.GAPS_MAX", 5)
    pieces = [one if number % 2 else one[:200] for number, one in enumerate(records(20))]
    (tmp_path / "a.warc.gz").write_bytes(b"".join(pieces))
    one, outcome = looked_at(tmp_path / "a.warc.gz")
    assert urls(outcome) == ["1", "3", "5", "7"]
    assert lost(one) == ["damaged"] * 5
    assert "the rest is left out" in one.losses[-1][1]


@pytest.mark.parametrize("limit", [1, 4095, 4096, 20_000, 90_000])
def test_members_are_unpacked_piece_by_piece(limit: int) -> None:
    parts = [b"", Random(1).randbytes(30_000), b"", b"ab" * 20_000, b"end"]
    packed, plain = b"".join(gzip.compress(part, mtime=0) for part in parts), b"".join(parts)
    assert unpacked(packed, limit) == plain[: limit + 1]
    assert unpacked(packed + b"\0 trailing", 90_000) == plain
    for cut in (40, 20_000, len(packed) - 3):
        with pytest.raises(ValueError, match="cut off"):
            unpacked(packed[:cut], 90_000)
    assert Unpacked(io.BytesIO(gzip.compress(b"", mtime=0) * 3000 + packed)).read() == plain


def test_a_file_whose_name_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    Path(os.fsdecode(os.fsencode(tmp_path / "in") + b"/\xff.jsonl")).write_text("{}")
    with pytest.raises(InputError, match=r"udcff\.jsonl': its name is no UTF-8"):
        list(find("in", Origin(), tmp_path))


@pytest.mark.parametrize("sign", [b"\x1f\x8b\x08", b"WARC/1."])
def test_places_that_only_look_like_records_are_not_looked_at_for_ever(
    sign: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = warc_record("https://example.org/", b"<p>hello")
    behind = io.BytesIO(sign + b"!" + sign * 20 + (gzip.compress(record) if b"\x08" in sign else record))
    assert members.Members(behind).after(0) is not None
    monkeypatch.setattr(members, "TRIES_MAX", 10)
    assert members.Members(behind).after(0) is None


def test_a_table_that_says_it_has_more_rows_than_it_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pq.write_table(pa.table({"text": ["one", "two", "three"]}), tmp_path / "a.parquet")
    part = survey(Found(str(tmp_path / "a.parquet"), "a", "parquet", Origin())).parts[0]
    rows = pq.read_table(tmp_path / "a.parquet")
    monkeypatch.setattr(tables, "_rows", lambda *_: rows.slice(0, 2))
    found = read_batch([part])
    assert (found.kept.num_rows, found.dropped.column("rule").to_pylist()) == (2, ["damaged"])
    monkeypatch.setattr(tables, "ROWS_MAX", 2)
    assert survey(part.file).losses == (("damaged", "a group of 3 rows"),)


def test_plain_records_under_a_name_that_says_gzip(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(b"".join(records(3, packed=False)))
    (tmp_path / "b.warc").write_bytes(b"".join(records(3)))
    for name in ("a.warc.gz", "b.warc"):
        one, outcome = looked_at(tmp_path / name)
        assert (lost(one), urls(outcome)) == ([], list("012"))


def test_a_warc_gzipped_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokenry.corpus.read.batches.BATCH_SIZE", 3000)
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(b"".join(records(6, packed=False))))
    one, outcome = looked_at(tmp_path / "a.warc.gz")
    assert len(one.parts) > 1
    assert (lost(one), urls(outcome)) == ([], list("012345"))
    assert len(set(outcome.kept.column("id").to_pylist())) == 6
    (tmp_path / "b.warc.gz").write_bytes((tmp_path / "a.warc.gz").read_bytes()[:1500])
    one, outcome = looked_at(tmp_path / "b.warc.gz")
    assert (lost(one), urls(outcome)) == (["truncated"], list("01"))


@pytest.mark.parametrize("name", ["a.warc.gz", "a.jsonl.gz"])
def test_gzip_in_gzip(name: str, tmp_path: Path) -> None:
    inner = b"".join(records(3)) if "warc" in name else gzip.compress(b'{"text": "yes"}\n')
    (tmp_path / name).write_bytes(gzip.compress(inner))
    one, outcome = looked_at(tmp_path / name)
    assert (lost(one), outcome.kept.num_rows) == (["packed_twice"], 0)
    assert "unpack the file once" in one.losses[0][1]


def test_lines_that_are_cut_off_count_up_to_the_cut(tmp_path: Path) -> None:
    packed = gzip.compress(b"".join(b'{"text": "text number %d"}\n' % n for n in range(4000)))
    (tmp_path / "a.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    one, outcome = looked_at(tmp_path / "a.jsonl.gz")
    assert lost(one) == ["truncated"]
    assert outcome.kept.num_rows > 1000
    assert outcome.kept.num_rows == sum(part.count for part in one.parts)


def test_a_page_that_is_gzip_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(gzip.compress(page(1).encode()))
    (tmp_path / "b.html").write_bytes(gzip.compress(page(1).encode())[:-90])
    assert looked_at(tmp_path / "a.html")[1].kept.column("raw").to_pylist() == [page(1).encode()]
    assert reasons(looked_at(tmp_path / "b.html")[1]) == ["damaged"]


def seeds() -> dict[str, bytes]:
    lines = b"".join(json.dumps({"text": sentences(n, 2)}).encode() + b"\n" for n in range(9))
    table = pa.BufferOutputStream()
    pq.write_table(pa.table({"text": [sentences(n, 2) for n in range(9)]}), table, row_group_size=4)
    return {
        "a.warc": b"".join(records(4, packed=False)), "a.warc.gz": b"".join(records(4)),
        "b.warc.gz": gzip.compress(b"".join(records(4, packed=False))), "a.jsonl": lines,
        "a.jsonl.gz": gzip.compress(lines), "a.jsonl.zst": pa.compress(lines, "zstd", asbytes=True),
        "a.parquet": bytes(table.getvalue()), "a.html": gzip.compress(page(1).encode()),
    }  # fmt: skip  # a file an item


@pytest.mark.parametrize("name", seeds())
def test_no_damage_raises_and_each_promised_record_is_accounted_for(name: str, tmp_path: Path) -> None:
    chance, whole = Random(name), seeds()[name]
    for _ in range(25):
        bad = bytearray(whole)
        for _ in range(chance.choice((1, 3))):
            at = chance.randrange(len(bad))
            piece = chance.choice((b"", b"\xff", b"WARC/1.1\r\n", b"\x1f\x8b\x08\0", b"\r\n\r\n", bytes(bad[:90])))
            bad[at : at + chance.choice((0, 1, 300))] = piece
        (tmp_path / name).write_bytes(bad + b" ")
        one, outcome = looked_at(tmp_path / name)
        assert sum(part.count for part in one.parts) == outcome.kept.num_rows + outcome.dropped.num_rows
        assert len(set(outcome.kept.column("id").to_pylist())) == outcome.kept.num_rows


# Pages that are too much


def test_a_page_of_hundreds_of_megabytes_costs_itself_and_little_memory(tmp_path: Path) -> None:
    first, last = records(2)
    (tmp_path / "a.warc.gz").write_bytes(first + endless(256) + last)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    one, outcome = looked_at(tmp_path / "a.warc.gz")
    assert (urls(outcome), reasons(outcome), lost(one)) == (["0", "1"], ["too_large"], [])
    assert one.parts[0].size > 256 * 2**20
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < 160 * 2**20


def endless(mebibytes: int) -> bytes:
    """One gzipped record with a page of so many MiB of blanks."""
    size = mebibytes * 2**20
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    head = warc_record(f"{URL}endless", b"").partition(b"\r\n\r\n")[0]
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")]
    start = b"\r\n".join([*lines, b"Content-Length: %d" % (size + len(http))]) + b"\r\n\r\n" + http
    packer = zlib.compressobj(1, wbits=31)
    piece = bytes(2**20)
    return b"".join(
        [
            packer.compress(start),
            *(packer.compress(piece) for _ in range(mebibytes)),
            packer.compress(b"\r\n\r\n"),
            packer.flush(),
        ]
    )


def test_a_page_that_says_it_has_two_gigabytes(tmp_path: Path) -> None:
    first, lying, last = records(3, packed=False)
    size = len(lying.partition(b"\r\n\r\n")[2]) - 4
    lying = lying.replace(b"Content-Length: %d" % size, b"Content-Length: 2147483648", 1)
    assert b"2147483648" in lying
    (tmp_path / "a.warc.gz").write_bytes(b"".join(map(gzip.compress, (first, lying, last))))
    one, outcome = looked_at(tmp_path / "a.warc.gz")
    assert outcome.kept.num_rows <= 2
    assert urls(outcome)[0] == "0"
    assert len(one.losses) == 1


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip, gzip"])
def test_a_bomb_stops_at_the_largest_page(encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokenry.corpus.read.warc.RECORD_SIZE_MAX", 2**20)
    bomb = bytes(64 * 2**20)
    packed = {
        "gzip": gzip.compress,
        "deflate": zlib.compress,
        "br": lambda text: pa.compress(text, "brotli", asbytes=True),
    }
    body = gzip.compress(gzip.compress(gzip.compress(bomb, 1))) if "," in encoding else packed[encoding](bomb)
    before, after = records(2)
    record = gzip.compress(warc_record(f"{URL}bomb", body, headers=f"Content-Encoding: {encoding}\r\n"))
    (tmp_path / "a.warc.gz").write_bytes(before + record + after)
    one, outcome = looked_at(tmp_path / "a.warc.gz")
    assert (urls(outcome), reasons(outcome), lost(one)) == (["0", "1"], ["too_large"], [])


# Encodings and charsets


def chunked(body: bytes) -> bytes:
    pieces = [body[at : at + 50] for at in range(0, len(body), 50)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


PAGE = page(1).encode()


@pytest.mark.parametrize(
    ("headers", "body", "reason"),
    [
        ("Content-Encoding: gzip\r\n", gzip.compress(PAGE), None),
        ("Content-Encoding: deflate\r\n", zlib.compress(PAGE), None),
        ("Content-Encoding: deflate\r\n", zlib.compress(PAGE)[2:-4], None),
        ("Transfer-Encoding: chunked\r\n", chunked(PAGE), None),
        ("Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n", chunked(gzip.compress(PAGE)), None),
        ("Content-Encoding: gzip\r\n", PAGE, None),  # the crawler has undone it and kept the header
        ("Transfer-Encoding: chunked\r\n", PAGE, None),
        ("Content-Encoding: br\r\n", PAGE, None),
        ("Content-Encoding: gzip\r\n", gzip.compress(PAGE)[:200], "encoding"),
        ("Transfer-Encoding: chunked\r\n", chunked(PAGE)[:-60], "encoding"),
        ("Content-Encoding: dcb\r\n", PAGE, "encoding"),
        ("Content-Encoding: a, b, c, d\r\n", PAGE, "encoding"),
    ],
)
def test_encoded_responses(headers: str, body: bytes, reason: str | None, tmp_path: Path) -> None:
    after = warc_record(f"{URL}after", PAGE)
    (tmp_path / "a.warc").write_bytes(warc_record(f"{URL}x", body, headers=headers) + after)
    _, outcome = looked_at(tmp_path / "a.warc")
    assert urls(outcome) == (["x", "after"] if reason is None else ["after"])
    assert reasons(outcome) == ([] if reason is None else [reason])
    assert set(outcome.kept.column("raw").to_pylist()) == {PAGE}


@pytest.mark.parametrize("charset", ["utf-8", "cp437", "hex", "none", "\xff\xfe"])
def test_broken_utf8_and_wrong_charsets_leave_text_that_can_be_written(charset: str, tmp_path: Path) -> None:
    broken = page(1).replace("the", "th\udcff\udce9").encode("utf-8", "surrogateescape")
    named = b"charset=" + charset.encode("latin-1").ljust(5)
    record = warc_record(f"{URL}x", broken).replace(b"charset=utf-8", named[:13])
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(record))
    (row,) = looked_at(tmp_path / "a.warc.gz")[1].kept.to_pylist()
    assert row["raw"] == broken
    jsonl(tmp_path / "b.jsonl", [sentences(1)])
    text = (tmp_path / "b.jsonl").read_bytes().replace(b"the", b"th\xff\xed\xa0\x80", 1)
    (tmp_path / "b.jsonl").write_bytes(text + json.dumps({"text": sentences(2)}).encode())
    assert reasons(looked_at(tmp_path / "b.jsonl")[1]) in ([], ["not_json"])


def test_broken_utf8_in_a_table(tmp_path: Path) -> None:
    text = pa.array([b"good", b"br\xffken", None], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"text": text, "number": [1, 2, 3]}), tmp_path / "a.parquet")
    _, outcome = looked_at(tmp_path / "a.parquet")
    assert outcome.kept.column("text").to_pylist() == ["good", "br\ufffdken"]
    assert reasons(outcome) == ["no_text"]


# Records that kill the reader


def test_a_record_that_kills_its_reader_costs_itself_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["tokenry.corpus.run.build"], "Factory", FrailFactory)
    texts = [sentences(1), "DIE", sentences(2), "RAISE", "HANG", sentences(3)]
    jsonl(tmp_path / "a.jsonl", texts)
    (tmp_path / "b.jsonl").write_bytes(b"KILL\n" + json.dumps({"text": sentences(4)}).encode())
    made = recipe(tmp_path, "*.jsonl", **LIGHT, budget={"seconds": 1.0})
    manifest = build(made, workers=1, tell=lambda _: None)
    assert manifest["documents"] == {"read": 6, "kept": 3}
    fates = {row["position"]: (row["stage"], row["rule"]) for row in sampled(tmp_path / "out", "engine", 9)}
    assert fates == {1: ("engine", "worker_died"), 3: ("engine", "raised"), 4: ("engine", "too_slow")}
    losses = {one["name"].rpartition("/")[2]: [loss["rule"] for loss in one["losses"]] for one in manifest["inputs"]}
    assert losses == {"a.jsonl": [], "b.jsonl": ["worker_died"]}


def test_a_record_that_killed_its_reader_does_not_rename_those_behind_it(tmp_path: Path) -> None:
    jsonl(tmp_path / "a.jsonl", [sentences(n) for n in range(5)])
    (found,) = find(str(tmp_path / "a.jsonl"), Origin(), Path())
    (parts,) = planned([survey(found)], None)
    died, heard = ("worker_died", "exit code 3"), list[int]()
    task = Task("documents", "000000", parts, True, True, {3: died, reading(1): died})
    out = tmp_path / "out"
    for folder in layout.FOLDERS:
        (out / folder).mkdir(parents=True)
    answer = Workbench(recipe(tmp_path, "a.jsonl", **LIGHT), out)(task, heard.append)
    assert (answer["documents"], answer["kept"]) == (5, 3)
    rows = pq.read_table(layout.dropped(out, "000000")).to_pylist()
    assert [(row["position"], row["stage"], row["rule"]) for row in rows] == [(n, "engine", died[0]) for n in (1, 3)]
    assert {row for row in heard if row >= 0} == {0, 2, 4}


def test_a_row_group_that_kills_its_reader_goes_as_a_whole(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": [f"row {n}" for n in range(9)]}), tmp_path / "a.parquet", row_group_size=3)
    (found,) = find(str(tmp_path / "a.parquet"), Origin(), Path())
    heard: list[int] = []
    (part,) = survey(found).parts
    outcome = read_batch([part], heard.append, {reading(3): ("too_much_memory", "more than 512 MiB")})
    assert outcome.kept.column("text").to_pylist() == [f"row {n}" for n in (0, 1, 2, 6, 7, 8)]
    assert [(row["stage"], row["rule"]) for row in outcome.dropped.to_pylist()] == [("engine", "too_much_memory")] * 3
    assert heard[0] == reading(0)  # before the first group is read


def test_pages_that_hang_or_blow_up_an_extractor(tmp_path: Path) -> None:
    deep = "<html><body>" + "<div>" * 200_000 + "words"  # resiliparse takes minutes
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = (
        f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY l0 "laugh">{laughs}]>'
        f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{page(5)}<p>&l11;</p></body></html>'
    )
    pages = {"0": page(0), "deep": deep, "bomb": bomb, "1": page(1)}
    made = [gzip.compress(warc_record(URL + name, text.encode()), mtime=0) for name, text in pages.items()]
    (tmp_path / "a.warc.gz").write_bytes(b"".join(made))
    manifest = build(recipe(tmp_path, "a.warc.gz", **LIGHT, budget={"seconds": 1.5}), workers=1, tell=lambda _: None)
    assert manifest["documents"] == {"read": 4, "kept": 3}
    (gone,) = sampled(tmp_path / "out", "engine", 9)
    assert (gone["url"], gone["rule"]) == (f"{URL}deep", "too_slow")
    (kept,) = traced(tmp_path / "out", "url", f"{URL}bomb")
    assert kept["characters"] < 10_000


# Nothing there


def test_inputs_that_hold_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_bytes(b"")
    (tmp_path / "none.warc.gz").write_bytes(b"this was never a WARC\n" * 50)
    (tmp_path / "pageless.warc.gz").write_bytes(
        b"".join(gzip.compress(warc_record(f"{URL}{n}", b"no", status="500 No")) for n in range(3))
    )
    warc(tmp_path / "pages.warc.gz", 2)
    manifest = built(tmp_path, "*.jsonl", "*.warc.gz")
    assert manifest["documents"] == {"read": 5, "kept": 2}
    assert {row["rule"]: row["documents"] for row in manifest["funnel"]} == {"http_status": 3}
    losses = {one["name"].rpartition("/")[2]: [loss["rule"] for loss in one["losses"]] for one in manifest["inputs"]}
    assert losses == {"empty.jsonl": [], "none.warc.gz": ["no_warc"], "pageless.warc.gz": [], "pages.warc.gz": []}


def test_nothing_but_losses_says_which(tmp_path: Path) -> None:
    (tmp_path / "none.warc.gz").write_bytes(b"this was never a WARC\n" * 50)
    with pytest.raises(InputError, match=r"no document can be read.*none\.warc\.gz: no_warc"):
        built(tmp_path, "none.warc.gz")
    assert read_book(tmp_path / "out")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    jsonl(tmp_path / "a.jsonl", [sentences(1)])
    (found,) = find(str(tmp_path / "a.jsonl"), Origin(), Path())
    (tmp_path / "a.jsonl").unlink()
    (tmp_path / "a.jsonl").mkdir()  # gone, and something else in its place: what is forbidden answers in the same way
    assert lost(survey(found)) == ["unreadable"]
    (tmp_path / "broken.jsonl").symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match="no file there that can be read"):
        list(find(str(tmp_path / "*.jsonl"), Origin(), Path()))


def test_the_same_address_twice(tmp_path: Path) -> None:
    one, other = warc_record(f"{URL}same", PAGE), warc_record(f"{URL}same", page(2).encode())
    (tmp_path / "a.warc").write_bytes(one + other + one)
    manifest = built(tmp_path, "a.warc")
    assert manifest["documents"] == {"read": 3, "kept": 2}  # two texts of one address are two; a copy is one
    assert [(row["rule"], row["documents"]) for row in manifest["funnel"]] == [("exact_copy", 1)]


def test_a_mistyped_rule(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"filters\.'gopher_qualty' is not known; did you mean 'gopher_quality'"):
        recipe(tmp_path, "x", filters={"gopher_qualty": {}})
    with pytest.raises(RecipeError, match=r"'min_stop_word' is not known; did you mean 'min_stop_words'"):
        recipe(tmp_path, "x", filters={"gopher_quality": {"min_stop_word": 1}})
