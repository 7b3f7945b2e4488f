"""Forms with files, from bytes and to bytes; and what hostile senders make of them."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenry.base.multipart import PARTS_MAX, BadForm, Part, boundary_of, build, parse

TYPE = "multipart/form-data; boundary=b"


def form(*pieces: bytes) -> bytes:
    return b"".join(b"--b\r\n" + piece + b"\r\n" for piece in pieces) + b"--b--\r\n"


def field(name: str, value: bytes) -> bytes:
    return b'Content-Disposition: form-data; name="%b"\r\n\r\n%b' % (name.encode(), value)


@given(
    st.lists(
        st.builds(
            Part,
            name=st.text(st.characters(codec="utf-8", exclude_characters="%"), min_size=1, max_size=20).filter(
                lambda name: name.strip() == name and name.isprintable()
            ),
            value=st.binary(max_size=200),
            filename=st.none() | st.text('abc."\\ é', max_size=10),
            content_type=st.none() | st.sampled_from(["audio/flac", "text/plain; charset=utf-8"]),
        ),
        max_size=5,
    )
)
def test_what_is_built_is_parsed_again(parts: list[Part]) -> None:
    assert parse(build(parts, "xyz0123456789"), "multipart/form-data; boundary=xyz0123456789") == parts


def test_parts_keep_their_order_and_their_bytes() -> None:
    body = form(field("a", b"1"), field("a", b"\r\n2\r\n"), field("b", b""))
    assert [(part.name, part.value) for part in parse(body, TYPE)] == [("a", b"1"), ("a", b"\r\n2\r\n"), ("b", b"")]


def test_a_file_says_its_name_and_kind() -> None:
    piece = b'content-disposition: form-data; name="file"; filename="a%22b.flac"\r\nContent-Type: audio/flac\r\n\r\nxyz'
    assert parse(form(piece), TYPE) == [Part("file", b"xyz", 'a"b.flac', "audio/flac")]


def test_a_quoted_boundary_and_a_preamble_are_taken() -> None:
    body = b"to be ignored\r\n" + form(field("a", b"1"))
    assert parse(body, 'Multipart/Form-Data; charset=utf-8; boundary="b"')[0].value == b"1"


@pytest.mark.parametrize(
    ("body", "content_type", "words"),
    [
        (form(field("a", b"1")), "application/json", "not multipart"),
        (form(field("a", b"1")), "multipart/form-data", "names no boundary"),
        (form(field("a", b"1")), "multipart/form-data; boundary=other", "does not begin"),
        (b"", TYPE, "does not begin"),
        (form(field("a", b"1"))[:-8], TYPE, "ends inside a part"),
        (b"--b\r\n\r\n1\r\n--b--", TYPE, "no head"),
        (b"--b\r\nno header\r\n\r\n1\r\n--b--", TYPE, "no header"),
        (b"--b\r\nContent-Type: text/plain\r\n\r\n1\r\n--b--", TYPE, "with a name"),
        (b'--b\r\nContent-Disposition: form-data; name=""\r\n\r\n1\r\n--b--', TYPE, "with a name"),
        (b"--b\r\nX: " + b"x" * 9000 + b"\r\n\r\n1\r\n--b--", TYPE, "too long"),
        (b"--bc\r\n\r\n--b--", TYPE, "line end"),
        (form(*[field("a", b"1")] * (PARTS_MAX + 1)), TYPE, "more than"),
    ],
)  # fmt: skip
def test_what_is_no_form_is_refused(body: bytes, content_type: str, words: str) -> None:
    with pytest.raises(BadForm, match=words):
        parse(body, content_type)


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_be_refused(body: bytes) -> None:
    for tail in (body, b"--b\r\n" + body, form(body)):
        with contextlib.suppress(BadForm):
            parse(tail, TYPE)


def test_a_boundary_that_stands_in_a_part_is_not_used() -> None:
    with pytest.raises(BadForm, match="stands in a part"):
        build([Part("file", b"..--b..")], "b")
    assert boundary_of("multipart/form-data; boundary=b") == b"b"
