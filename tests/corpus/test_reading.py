"""Every format gives documents with their place, and every record that gives none is counted with its reason."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.corpus.pages import jsonl, page, warc, warc_record
from tokenry.corpus.documents import Outcome
from tokenry.corpus.errors import InputError
from tokenry.corpus.read import Origin, Surveyed, batches, find, lines, planned, read_batch, survey
from tokenry.corpus.read import warc as warc_file


def surveyed(pattern: Path | str, **origin: str) -> list[Surveyed]:
    return [survey(found) for found in find(str(pattern), Origin(**origin), Path())]


def everything(surveys: list[Surveyed]) -> Outcome:
    (parts,) = planned(surveys, None)
    return read_batch(parts)


def reasons(outcome: Outcome) -> list[str]:
    return outcome.dropped.column("rule").to_pylist()


@pytest.mark.parametrize("packed", [True, False])
def test_a_warc_gives_pages_with_where_they_are_from(packed: bool, tmp_path: Path) -> None:
    file = warc(tmp_path / ("a.warc.gz" if packed else "a.warc"), 3, packed=packed)
    rows = everything(surveyed(file)).kept.to_pylist()
    assert [row["url"] for row in rows] == [f"https://example.org/{n}" for n in range(3)]
    assert rows[1]["raw"] == page(1).encode()
    assert rows[1]["date"] == "2026-01-02T03:04:05Z"
    assert rows[1]["charset"] == "utf-8"
    assert rows[1]["source"] == f"{tmp_path.name}/{file.name}"
    assert len({row["id"] for row in rows}) == 3


def test_reading_begins_at_any_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH_SIZE", 1)
    (one,) = surveyed(warc(tmp_path / "a.warc.gz", 4))
    assert [part.count for part in one.parts] == [1, 1, 1, 1]
    rows = [read_batch([part]).kept.to_pylist()[0] for part in reversed(one.parts)]
    assert [row["url"][-1] for row in rows] == ["3", "2", "1", "0"]
    assert [row["position"] for row in rows] == [part.offset for part in reversed(one.parts)]


def test_records_that_are_no_pages_are_counted(tmp_path: Path) -> None:
    parts = [
        warc_record("https://a/", b"gone", status="404 Not Found"),
        warc_record("https://b/", b"PNG").replace(b"text/html; charset=utf-8", b"application/zip; sort=12"),
        warc_record("https://c/", page(1).encode(), headers="X-Robots-Tag: noai\r\nTDM-Reservation: 1\r\n"),
    ]
    (tmp_path / "a.warc").write_bytes(b"".join(parts))
    outcome = everything(surveyed(tmp_path / "a.warc"))
    assert reasons(outcome) == ["http_status", "media"]
    assert outcome.dropped.column("value").to_pylist() == ["404", "application/zip"]
    evidence = outcome.kept.to_pylist()[-1]["evidence"]
    assert {"kind": "http:x-robots-tag", "value": "noai"} in evidence
    assert {"kind": "http:tdm-reservation", "value": "1"} in evidence


def test_a_truncated_warc_counts_up_to_its_damage(tmp_path: Path) -> None:
    whole = warc(tmp_path / "a.warc.gz", 5).read_bytes()
    (tmp_path / "a.warc.gz").write_bytes(whole[: len(whole) // 2])
    (one,) = surveyed(tmp_path / "a.warc.gz")
    assert sum(part.count for part in one.parts) == 2
    assert [rule for rule, _ in one.losses] == ["truncated"]
    assert everything([one]).kept.num_rows == 2


def test_a_file_that_breaks_after_its_survey_loses_by_name_what_is_gone(tmp_path: Path) -> None:
    file = warc(tmp_path / "a.warc", 3, packed=False)
    found = surveyed(file)
    file.write_bytes(file.read_bytes()[:3000])
    outcome = everything(found)
    assert outcome.kept.num_rows + outcome.dropped.num_rows == 3
    assert set(reasons(outcome)) == {"truncated"}


def test_mislabelled_and_empty_files(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(warc(tmp_path / "x.warc", 2, packed=False).read_bytes())
    (tmp_path / "b.warc.gz").write_bytes(b"this was never a WARC\n" * 50)
    (tmp_path / "c.parquet").write_bytes(b"nor this a table")
    (tmp_path / "d.jsonl").write_bytes(b"")
    plain, nothing, table, empty = (
        surveyed(tmp_path / name)[0] for name in ("a.warc.gz", "b.warc.gz", "c.parquet", "d.jsonl")
    )
    assert sum(part.count for part in plain.parts) == 2
    assert not nothing.parts
    assert [rule for rule, _ in table.losses] == ["damaged"]
    assert (empty.parts, empty.losses) == ((), ())


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "a.jsonl": lambda text: text,
    "a.jsonl.gz": gzip.compress,
    "a.jsonl.zst": lambda text: pa.compress(text, "zstd", asbytes=True),
}


@pytest.mark.parametrize("name", PACKINGS)
def test_json_lines_packed_or_not(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH_SIZE", 40)
    text = jsonl(tmp_path / "plain", [f"text number {n}" for n in range(9)]).read_bytes()
    (tmp_path / name).write_bytes(PACKINGS[name](text))
    (one,) = surveyed(tmp_path / name, licence="CC0-1.0")
    assert len(one.parts) > 2
    for order in (one.parts, one.parts[::-1]):  # on and on in one open file, and back
        rows = {row["position"]: row for part in order for row in read_batch([part]).kept.to_pylist()}
        assert [rows[n]["text"] for n in range(9)] == [f"text number {n}" for n in range(9)]
    assert {row["licence"] for row in rows.values()} == {"CC0-1.0"}


def test_lines_that_hold_no_text_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(
        b'{"text": "yes"}\nnot json\n{"body": "x"}\n[1]\n{"text": 3}\n{"text": "\\ud800 ok"}'
    )
    outcome = everything(surveyed(tmp_path / "a.jsonl"))
    assert outcome.kept.column("text").to_pylist() == ["yes", "? ok"]
    assert reasons(outcome) == ["not_json", "no_text", "no_text", "no_text"]


def test_a_line_or_page_that_is_too_large_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "RECORD_SIZE_MAX", 100)
    monkeypatch.setattr(warc_file, "RECORD_SIZE_MAX", 100)
    jsonl(tmp_path / "a.jsonl", ["short", "x" * 5_000_000, "short again"])
    outcome = everything(surveyed(tmp_path / "a.jsonl"))
    assert outcome.kept.column("text").to_pylist() == ["short", "short again"]
    assert reasons(outcome) == ["too_large"]
    assert reasons(everything(surveyed(warc(tmp_path / "b.warc.gz", 1)))) == ["too_large"]


def test_parquet_rows_across_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH_SIZE", 1)
    table = pa.table({"body": [f"t{n}" for n in range(7)], "url": [f"u{n}" for n in range(7)]})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=3)
    (one,) = surveyed(tmp_path / "a.parquet", text="body")
    rows = [row for part in one.parts for row in read_batch([part]).kept.to_pylist()]
    assert [(row["text"], row["url"], row["position"]) for row in rows] == [(f"t{n}", f"u{n}", n) for n in range(7)]


def test_a_folder_gives_all_files_that_a_reader_knows_in_order(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "b.html").write_text(page(1))
    (tmp_path / "sub/a.txt").write_text("plain words")
    (tmp_path / "c.bin").write_text("no reader")
    found = surveyed(tmp_path)
    assert [one.file.shown for one in found] == [f"{tmp_path.name}/b.html", f"{tmp_path.name}/sub/a.txt"]
    assert everything(found).kept.num_rows == 2


def test_batches_are_packed_and_a_limit_cuts_them(tmp_path: Path) -> None:
    for name in "abc":
        jsonl(tmp_path / f"{name}.jsonl", ["x"] * 4)
    found = surveyed(tmp_path / "*.jsonl")
    assert [sum(part.count for part in parts) for parts in planned(found, None)] == [12]
    assert [[part.count for part in parts] for parts in planned(found, 6)] == [[4, 2]]


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("nothing*", "no file there"),
        ("a.bin", "no reader for this ending"),
        ("ftp://bucket/x", "only local paths, s3:// and https://"),
    ],
)
def test_inputs_that_are_not_there(pattern: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_text("")
    with pytest.raises(InputError, match=words):
        list(find(pattern, Origin(), tmp_path))
