"""Bodies and queries: what OpenAI's client sends is understood, what nobody can have meant is refused by name."""

from __future__ import annotations

import contextlib
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from tokenry.api.guarded import Page, Paged, Query, Taken, listed, read_body, read_query
from tokenry.base.errors import InvalidRequest


class Between(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    gte: int | None = None
    lt: int | None = None


class Ask(Query, kw_only=True, frozen=True):
    limit: Annotated[int, Meta(ge=1, le=100)] = 20
    ids: tuple[str, ...] | None = None
    order: Literal["asc", "desc"] = "asc"
    every: bool = False
    at: Between | None = None


class Body(Taken, kw_only=True, frozen=True):
    name: str
    tags: tuple[str, ...] = ()


def asked(text: str) -> Ask:
    return read_query(Ask, parse_qsl(text, keep_blank_values=True))


class TestQuery:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", Ask()),
            ("limit=5&every=true&order=desc", Ask(limit=5, every=True, order="desc")),
            ("ids[]=a&ids[]=b", Ask(ids=("a", "b"))),
            ("ids=a&ids=b", Ask(ids=("a", "b"))),
            ("ids=a", Ask(ids=("a",))),
            ("at[gte]=5&at[lt]=9", Ask(at=Between(5, 9))),
            ("limit=5&limit=6", Ask(limit=6)),
        ],
    )
    def test_what_is_understood(self, text: str, expected: Ask) -> None:
        assert asked(text) == expected

    @pytest.mark.parametrize(
        ("text", "param"),
        [
            ("limit=0", "limit"),
            ("limit=x", "limit"),
            ("limit=1e3", "limit"),
            ("order=up", "order"),
            ("every=perhaps", "every"),
            ("at[gte]=soon", "at.gte"),
            ("at=5", "at"),
            ("at[gte]=5&at=6", "at"),
            ("quota=5", None),
            ("at[gt]=5", "at"),
            ("limit[gte]=5", "limit"),
        ],
    )
    def test_what_is_refused(self, text: str, param: str | None) -> None:
        with pytest.raises(InvalidRequest) as refused:
            asked(text)
        assert refused.value.param == param
        assert refused.value.message

    @given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=12)), max_size=6))
    def test_anything_else_is_refused_and_nothing_worse(self, items: list[tuple[str, str]]) -> None:
        with contextlib.suppress(InvalidRequest):
            assert isinstance(read_query(Ask, items), Ask)


class TestBody:
    def test_what_is_understood(self) -> None:
        assert read_body(Body, b'{"name": "x", "tags": ["a"]}') == Body(name="x", tags=("a",))

    @pytest.mark.parametrize(
        ("body", "param"),
        [
            (b"", None),
            (b"[]", None),
            (b"{", None),
            (b"\xff", None),
            (b'{"name": 5}', "name"),
            (b'{"name": "x", "tags": ["a", 5]}', "tags[1]"),
            (b"{}", None),
            (b'{"name": "x", "nick": "y"}', None),
            (b'{"name": "\\ud800"}', None),
            (b"[" * 100_000, None),
        ],
    )
    def test_what_is_refused(self, body: bytes, param: str | None) -> None:
        with pytest.raises(InvalidRequest) as refused:
            read_body(Body, body)
        assert refused.value.param == param

    @given(st.binary(max_size=40))
    def test_any_bytes_are_refused_and_nothing_worse(self, body: bytes) -> None:
        with pytest.raises(InvalidRequest):
            read_body(Body, body)


class TestPages:
    def page(self, things: str, **ask: Any) -> Page[str]:
        return listed(things, Paged(**ask), lambda thing: thing, str.upper)

    def test_all_pages_together_are_the_list(self) -> None:
        for limit in range(1, 8):
            seen, after = "", None
            while True:
                page = self.page("abcdefg", limit=limit, after=after)
                seen += "".join(page.data)
                if not page.has_more:
                    break
                assert page.next == page.last_id
                after = page.last_id
            assert seen == "ABCDEFG"

    def test_none(self) -> None:
        page = self.page("")
        assert (page.data, page.has_more, page.first_id, page.last_id, page.next) == ([], False, None, None, None)

    def test_a_cursor_that_is_nothing_is_refused(self) -> None:
        with pytest.raises(InvalidRequest, match="names nothing"):
            self.page("abc", after="z")
