"""Inputs on a web server and in S3: listed, copied within bounds or read by ranges, taken up again where a connection
broke, noticed when they change; and each trouble is told with what to do about it."""

from __future__ import annotations

import datetime
import errno
import gzip
import ipaddress
import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.corpus.pages import LIGHT, page, recipe, sentences, warc_record
from tests.corpus.servers import Handler, Shelf, Store, serving
from tokenry.base.clock import ManualClock
from tokenry.corpus import build
from tokenry.corpus.errors import InputError, RunFolderError
from tokenry.corpus.read import Found, Origin, RemoteError, batches, find, places, planned, read_batch, s3, survey, web
from tokenry.corpus.read.far import fitting
from tokenry.corpus.run import inputs, sampled_costs
from tokenry.corpus.run.inputs import found_inputs, wanted
from tokenry.corpus.run.unchanged import changed, stamps

WARC = b"".join(gzip.compress(warc_record(f"https://example.org/{n}", page(n).encode()), mtime=0) for n in range(20))
LINES = b"".join(json.dumps({"text": sentences(n)}).encode() + b"\n" for n in range(30, 40))


def table() -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"text": [sentences(n) for n in range(50, 60)]}), sink, row_group_size=4)
    return bytes(sink.getvalue())


FILES = {
    "/a.warc.gz": WARC, "/in/b.jsonl": LINES, "/in/c d.jsonl.gz": gzip.compress(LINES), "/in/e.parquet": table(),
    "/in/f.html": page(70).encode(), "/in/notes.bin": b"no reader", "/in/deep/g.jsonl": LINES, "/empty.jsonl": b"",
}  # fmt: skip  # a file an item


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(web, "PAUSE", 0)
    monkeypatch.setattr(batches, "BATCH_SIZE", 8000)
    monkeypatch.setenv("HOME", str(tmp_path))  # no .netrc, no .aws
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with serving(Handler, Shelf(dict(FILES))) as made:
        yield made


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    with serving(Store, Shelf({f"/crawl{name}": body for name, body in FILES.items()})) as made:
        for name, value in environment(made.address).items():
            monkeypatch.setenv(name, value)
        yield made


def environment(endpoint: str, who: str = "reader") -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": who, "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": "us-east-1",
    }  # fmt: skip  # an environment


def names(pattern: str, **origin: str) -> list[str]:
    return [one.shown for one in find(pattern, Origin(**origin), Path())]


def texts(found: list[Found]) -> list[str]:
    rows: list[Any] = []
    for parts in planned([survey(one) for one in found], None):
        outcome = read_batch(parts)
        assert outcome.dropped.num_rows == 0
        rows += [row["text"] or row["raw"].decode() for row in outcome.kept.to_pylist()]
    return rows


PAGES = [page(n) for n in range(20)]


# Listing


def test_a_web_server_s_files_and_folders(shelf: Shelf) -> None:
    root = shelf.address
    assert names(f"{root}/a.warc.gz") == ["127.0.0.1:" + root.rpartition(":")[2] + "/a.warc.gz"]
    assert names(f"{root}/in/") == ["in/b.jsonl", "in/c%20d.jsonl.gz", "in/e.parquet", "in/f.html"]
    assert names(f"{root}/in/*.jsonl", name="lines") == ["lines/b.jsonl"]
    for pattern, words in [
        (f"{root}/in/*.warc.gz", "no file there that can be read"),
        (f"{root}/in/notes.bin", "no reader for this ending"),
        (f"{root}/*/b.jsonl", "only the last part"),
        (root.replace("//", "//me:word@") + "/a.warc.gz", r"no password.*netrc"),
        ("ftp://a.org/x", "only local paths, s3:// and https://"),
    ]:
        with pytest.raises(InputError, match=words):
            names(pattern)


def test_a_store_s_objects_and_patterns(store: Shelf) -> None:
    assert names("s3://crawl/a.warc.gz") == ["crawl/a.warc.gz"]
    assert names("s3://crawl/in/") == [
        f"in/{one}" for one in ["b.jsonl", "c d.jsonl.gz", "deep/g.jsonl", "e.parquet", "f.html"]
    ]
    assert names("s3://crawl/in/*.jsonl") == ["in/b.jsonl"]
    assert names("s3://crawl/**/*.jsonl", name="lines") == [
        "lines/empty.jsonl",
        "lines/in/b.jsonl",
        "lines/in/deep/g.jsonl",
    ]
    assert names("s3://crawl/in/[c-e]*") == ["in/c d.jsonl.gz", "in/e.parquet"]
    with pytest.raises(InputError, match="no such object or bucket"):
        names("s3://crawl/nowhere/*.jsonl")
    with pytest.raises(RemoteError, match="name the bucket"):
        names("s3://*/x")


def test_a_public_bucket_needs_no_credentials(store: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    s3.forget()
    store.files["/public/b.jsonl"] = LINES
    assert len(texts(list(find("s3://public/*.jsonl", Origin(), Path())))) == 10
    s3.forget()


@pytest.mark.parametrize(
    ("pattern", "path", "fit"),
    [
        ("a/*.gz", "a/b.gz", True),
        ("a/*.gz", "a/b/c.gz", False),
        ("a/**/*.gz", "a/c.gz", True),
        ("a/**/*.gz", "a/b/c/d.gz", True),
        ("a/**", "a/b/c", True),
        ("?.[!x]", "a.y", True),
        ("?.[!x]", "a.x", False),
        ("a.b", "axb", False),
    ],
)
def test_patterns(pattern: str, path: str, fit: bool) -> None:
    assert (fitting(pattern).fullmatch(path) is not None) is fit


# Reading


@pytest.mark.parametrize("name", ["/a.warc.gz", "/in/b.jsonl", "/in/c d.jsonl.gz", "/in/e.parquet", "/in/f.html"])
@pytest.mark.parametrize("where", ["web", "s3"])
def test_every_format_by_ranges_as_from_a_disk(
    name: str, where: str, shelf: Shelf, store: Shelf, tmp_path: Path
) -> None:
    (tmp_path / Path(name).name).write_bytes(FILES[name])
    near = list(find(str(tmp_path / Path(name).name), Origin(), Path()))
    address = f"{shelf.address}{name.replace(' ', '%20')}" if where == "web" else f"s3://crawl{name}"
    far = list(find(address, Origin(), Path()))
    assert texts(far) == texts(near)
    one, other = survey(far[0]).file, survey(near[0]).file
    assert (one.sha256, one.size) == (other.sha256, other.size)
    assert one.etag


def test_a_connection_that_breaks_is_taken_up_again(shelf: Shelf) -> None:
    shelf.breaks, shelf.after = 4, 5000
    assert texts(list(find(f"{shelf.address}/a.warc.gz", Origin(), Path()))) == PAGES
    assert shelf.breaks == 0
    starts = [one[2] for one in shelf.asked if one[1] == "/a.warc.gz"]
    assert "bytes=5000-" in starts


def test_a_server_without_ranges_and_one_in_trouble(shelf: Shelf, tmp_path: Path) -> None:
    shelf.ranges = False
    shelf.troubles = [503, 429]
    (found,) = find(f"{shelf.address}/a.warc.gz", Origin(), Path())
    assert not found.ranges
    shelf.breaks, shelf.after = 2, 4000
    assert texts([found]) == PAGES
    small = recipe(tmp_path, f"{shelf.address}/a.warc.gz", spool_mb=0)
    with pytest.raises(InputError, match="sends no parts of a file"):
        found_inputs(small)


def test_a_file_that_changes_while_it_is_read(shelf: Shelf) -> None:
    (found,) = find(f"{shelf.address}/a.warc.gz", Origin(), Path())
    one = survey(found)
    shelf.files["/a.warc.gz"] = WARC[:-100] + bytes(100)
    with pytest.raises(RemoteError, match="changed since this build began"):
        read_batch(one.parts)


def test_a_copy_that_finds_no_room(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, fill: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(places, "write_whole", full)
    (found,) = found_inputs(recipe(tmp_path, f"{shelf.address}/a.warc.gz"))
    (tmp_path / "out").mkdir()
    with pytest.raises(RunFolderError, match="No space left on device; make room, or let `spool_mb` be less"):
        survey(found)


def test_a_measured_sample_writes_nothing(shelf: Shelf, tmp_path: Path) -> None:
    made = recipe(tmp_path, f"{shelf.address}/in/*.jsonl", **LIGHT)
    measured = sampled_costs(made, 4)
    assert (measured.input_bytes, measured.walked_documents) == (len(LINES), 10)
    assert not (tmp_path / "out").exists()


def test_trouble_in_the_middle_is_no_damage(shelf: Shelf, store: Shelf) -> None:
    for pattern, server in ((f"{shelf.address}/a.warc.gz", shelf), ("s3://crawl/a.warc.gz", store)):
        (found,) = find(pattern, Origin(), Path())
        one = survey(found)
        server.files.clear()
        with pytest.raises(RemoteError):
            read_batch(one.parts)
        with pytest.raises(RemoteError):
            survey(found)


# What goes wrong


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/secret.jsonl", r"refuses \(403\); it needs a login: put it into ~/.netrc"),
        ("/nothing.jsonl", r"nothing is there \(404\)"),
        ("/loop.jsonl", "more than 5 redirects"),
        ("/busy.jsonl", r"has trouble \(503, 5 times\); start the same build again"),
    ],
)
def test_what_a_web_server_s_refusal_says(path: str, words: str, shelf: Shelf) -> None:
    shelf.troubles = [503] * 5 if "busy" in path else []
    with pytest.raises(RemoteError, match=words):
        names(shelf.address + path)


def test_what_is_told_of_a_server_that_is_not_there(shelf: Shelf) -> None:
    with serving(Handler, Shelf()) as gone:
        address = gone.address
    with pytest.raises(RemoteError, match=r"cannot be reached .*look at the network"):
        names(f"{address}/a.jsonl")


def test_a_certificate_that_nobody_signed(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))
    with (
        serving(Handler, Shelf(dict(FILES)), context) as shelf,
        pytest.raises(RemoteError, match=r"certificate is not trusted .*SSL_CERT_FILE"),
    ):
        names(f"{shelf.address}/a.warc.gz")


def certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    begin = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(begin).not_valid_after(begin + datetime.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip  # one chain
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.pem").write_bytes(key.private_bytes(*plain) + made.public_bytes(serialization.Encoding.PEM))
    return folder / "server.pem"


def test_what_a_store_s_refusal_says(store: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    for pattern, words in [
        ("s3://secret/a.jsonl", "the store refuses; set AWS_PROFILE.*may list and read secret"),
        ("s3://none/*.jsonl", "no such object or bucket"),
    ]:
        with pytest.raises(RemoteError, match=words):
            names(pattern)
    monkeypatch.setattr(s3, "ATTEMPTS", 1)
    with serving(Store, Shelf()) as gone:
        address = gone.address
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    with pytest.raises(RemoteError, match="cannot be reached"):
        names("s3://crawl/in/")


# Whole builds


def test_a_build_copies_each_file_once(shelf: Shelf, tmp_path: Path) -> None:
    made = recipe(tmp_path, f"{shelf.address}/a.warc.gz", f"{shelf.address}/in/*.jsonl", **LIGHT)
    held: list[list[str]] = []

    def tell(progress: Any) -> None:
        held.append([one.name for one in (tmp_path / "out").glob("spool/*")])

    manifest = build(made, workers=1, tell=tell, clock=ManualClock())
    assert manifest["documents"]["kept"] == 30
    assert shelf.sent < len(WARC) + len(LINES) + 4000  # once, the folder's page, and a byte a question
    assert max(map(len, held)) == 2
    assert not (tmp_path / "out/spool").exists()
    one = manifest["inputs"][0]
    assert (one["address"], one["bytes"]) == (f"{shelf.address}/a.warc.gz", len(WARC))
    assert one["etag"]
    assert "spool_mb" not in manifest["recipe"]


@pytest.mark.parametrize("where", ["web", "s3"])
def test_a_change_after_the_survey_is_noticed(where: str, shelf: Shelf, store: Shelf) -> None:
    server, pattern = (shelf, f"{shelf.address}/a.warc.gz") if where == "web" else (store, "s3://crawl/a.warc.gz")
    (found,) = find(pattern, Origin(), Path())
    surveyed = survey(found).file
    before = stamps([found])
    assert changed([surveyed], before) is None
    assert changed([surveyed], {pattern: [1, "another mark"]}) is None  # looked at again: its bytes are the same
    name = "/a.warc.gz" if where == "web" else "/crawl/a.warc.gz"
    server.files[name] = WARC[:-100]
    assert changed([surveyed], before) == pattern


def test_a_limit_does_not_fetch_everything(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "SURVEYED_AT_ONCE", 1)
    files = [f"{shelf.address}{name}" for name in ("/in/b.jsonl", "/a.warc.gz", "/in/e.parquet", "/in/f.html")]
    manifest = build(recipe(tmp_path, *files, **LIGHT, limit=12), workers=1, tell=lambda _: None, clock=ManualClock())
    assert manifest["documents"]["read"] == 12
    assert [one["address"] for one in manifest["inputs"]] == files[:2]
    fetched = {path for _, path, part in shelf.asked if part != "bytes=0-0"}
    assert "/in/f.html" not in fetched  # one more may have been looked at beside the last that is needed


@pytest.mark.parametrize(("limit", "keys"), [(None, "1234"), (1, "124"), (5, "124"), (6, "1234"), (99, "1234")])
def test_which_groups_a_limit_needs(limit: int | None, keys: str) -> None:
    near, far = (Found(path, path, "jsonl", Origin()) for path in ("x.jsonl", "https://a.org/x.jsonl"))
    groups = {"1": [far], "2": [near], "3": [far], "4": [near]}
    assert "".join(wanted(groups, {"1": 2, "2": 3, "3": 4, "4": 5}, limit)) == keys
    assert "".join(wanted(groups, {}, 1)) == "1234"


def test_a_build_from_a_store_as_it_is_typed(store: Shelf, tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text(
        'input = ["s3://crawl/*.warc.gz"]\noutput = "out"\nspool_mb = 0\n[filters]\nlanguage = false\n'
        '[tokens]\ntokenizer = "cl100k_base"\n[extract]\nextractor = "quick"\n'
    )
    words = [sys.executable, "-m", "tokenry", "corpus", "build", str(tmp_path / "r.toml"), "--workers", "1", "--json"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=True)
    manifest = json.loads(done.stdout)
    assert manifest["documents"] == {"read": 20, "kept": 20}
    assert manifest["inputs"][0]["address"] == "s3://crawl/a.warc.gz"
    assert manifest["inputs"][0]["etag"]
