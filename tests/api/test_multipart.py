"""Forms piece by piece: what any sender may send, cut anywhere; and what a hostile one sends, refused in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from tokenry.api.multipart import (
    FIELD_SIZE_MAX,
    HEADERS_MAX,
    PARTS_MAX,
    Layout,
    Reading,
    TooMuchInForm,
    UnreadableForm,
)
from tokenry.base.clock import ManualClock
from tokenry.base.errors import TokenryError
from tokenry.storage import Blobs

KIND = "multipart/form-data; boundary=edge"
SIZE_MAX = 10_000


def part(name: str, value: bytes, more: str = "") -> bytes:
    return f'--edge\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value + b"\r\n"


def file(value: bytes, name: str = "a.txt") -> bytes:
    return part("file", value, f'; filename="{name}"\r\nContent-Type: text/plain')


END = b"--edge--\r\n"


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path, ManualClock())


@contextmanager
def reading(blobs: Blobs, content_type: str = KIND, *, required: bool = True) -> Iterator[Reading]:
    read = Reading(content_type, Layout("file", required), SIZE_MAX, blobs.draft)
    try:
        yield read
    finally:
        read.discard()
        assert list(blobs.folder.glob("tmp/*")) == [], "nothing is left of a form that was not kept"


def read(blobs: Blobs, *pieces: bytes, required: bool = True) -> tuple[list[tuple[str, str]], str | None, bytes | None]:
    """Fields, the file's name and its content."""
    with reading(blobs, required=required) as it:
        for piece in pieces:
            it.feed(piece)
        it.finish()
        if it.attached is None:
            return it.fields, None, None
        it.attached.draft.settle()
        return it.fields, it.attached.name, it.attached.draft.path.read_bytes()


def taken(blobs: Blobs, body: bytes, content_type: str) -> None:
    with reading(blobs, content_type) as it:
        it.feed(body)
        it.finish()


def refused(blobs: Blobs, body: bytes, kind: type[TokenryError], words: str, content_type: str = KIND) -> None:
    with pytest.raises(kind, match=words):
        taken(blobs, body, content_type)


def test_fields_and_a_file(blobs: Blobs) -> None:
    body = part("purpose", b"batch") + file(b"line\r\n--edg\r\n", 'naïve \\"x\\".txt') + part("b[]", b"2") + END
    assert read(blobs, body) == ([("purpose", "batch"), ("b[]", "2")], 'naïve "x".txt', b"line\r\n--edg\r\n")


def test_cut_anywhere_it_says_the_same(blobs: Blobs) -> None:
    random, content = Random(7), bytes(Random(8).choices(b"\r\n-edg", k=3000))
    body = part("purpose", b"batch") + file(content) + END
    assert read(blobs, *(body[at : at + 1] for at in range(len(body))))[2] == content
    for _ in range(200):
        cuts = sorted({0, len(body), *(random.randrange(len(body)) for _ in range(random.randrange(9)))})
        pieces = [body[a:b] for a, b in pairwise(cuts)]
        assert read(blobs, *pieces) == ([("purpose", "batch")], "a.txt", content)


def test_a_file_may_be_missing_where_it_is_not_needed(blobs: Blobs) -> None:
    assert read(blobs, part("a", b"1") + END, required=False) == ([("a", "1")], None, None)
    refused(blobs, part("a", b"1") + END, UnreadableForm, "has no file 'file'")


@pytest.mark.parametrize(
    "kind",
    [
        "", "application/json", "multipart/form-data", "multipart/form-data; boundary=",
        "multipart/mixed; boundary=edge", f"multipart/form-data; boundary={'x' * 71}", "multipart/form-data;;;=;",
    ],
)  # fmt: skip
def test_a_header_that_says_no_form_or_no_boundary(blobs: Blobs, kind: str) -> None:
    refused(blobs, END, UnreadableForm, "Content-Type", kind)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "ends before"),
        (b"hello", "breaks its grammar"),
        (b"\x00" * 1000, "breaks its grammar"),
        (file(b"x"), "ends before"),
        (file(b"x") + b"--edge", "ends before"),
        (b"--other\r\n\r\nx\r\n--other--\r\n", "breaks its grammar"),
        (b"--edge\r\n\r\nx\r\n" + END, "no Content-Disposition"),
        (b"--edge\r\nContent-Disposition: attachment\r\n\r\nx\r\n" + END, "no Content-Disposition"),
        (b"--edge\r\nContent-Disposition: form-data\r\n\r\nx\r\n" + END, "no Content-Disposition"),
        (b"--edge\r\nbroken header\r\n\r\nx\r\n" + END, "breaks its grammar"),
        (file(b"x") + file(b"y") + END, "more than one 'file'"),
        (part("other", b"x", '; filename="y"') + END, "is no file here"),
        (part("a", b"\xff\xfe") + file(b"x") + END, "not UTF-8"),
        (b'--edge\r\nContent-Disposition: form-data; name="\xff"\r\n\r\nx\r\n' + END, "not UTF-8"),
    ],
)
def test_what_is_no_form_is_refused_in_words(blobs: Blobs, body: bytes, words: str) -> None:
    refused(blobs, body, UnreadableForm, words)


def test_everything_has_a_bound(blobs: Blobs) -> None:
    refused(blobs, b"".join(part(f"f{n}", b"") for n in range(1000)) + END, TooMuchInForm, f"at most {PARTS_MAX} parts")
    refused(blobs, part("a", b"x" * (FIELD_SIZE_MAX + 1)) + END, TooMuchInForm, "fields of a form")
    many = b"".join(part(f"f{n}", b"x" * FIELD_SIZE_MAX) for n in range(20))
    refused(blobs, many + END, TooMuchInForm, "fields of a form")
    refused(blobs, file(b"x" * (SIZE_MAX + 1)) + END, TooMuchInForm, f"larger than {SIZE_MAX}")
    assert read(blobs, file(b"x" * SIZE_MAX) + END)[2] == b"x" * SIZE_MAX
    giant = b"--edge\r\nX-Giant: " + b"g" * 100_000 + b"\r\n\r\nx\r\n"
    refused(blobs, giant + END, UnreadableForm, "breaks its grammar")
    many_headers = b"--edge\r\n" + b"X-H: 1\r\n" * (HEADERS_MAX + 1) + b"\r\nx\r\n"
    refused(blobs, many_headers + END, UnreadableForm, "breaks its grammar")


def test_whatever_comes_is_taken_or_refused_and_nothing_worse(blobs: Blobs) -> None:
    random, good = Random(9), part("purpose", b"batch") + file(b"content\r\n" * 20) + END
    fates = set[str]()
    for _ in range(500):
        body = bytearray(good)
        for _ in range(random.randrange(1, 6)):
            at = random.randrange(len(body))
            match random.randrange(3):
                case 0:
                    body[at] = random.randrange(256)
                case 1:
                    del body[at : at + random.randrange(20)]
                case _:
                    body[at:at] = random.choice([b"\r\n", b"--edge", b"\x00", b'"', b"; ", b"--edge--\r\n"])
        try:
            read(blobs, bytes(body))
            fates.add("taken")
        except (UnreadableForm, TooMuchInForm):
            fates.add("refused")
    assert fates == {"taken", "refused"}
