"""Whose prompts may be found in the cache: one organization's at most, whatever the caller asks for."""

from __future__ import annotations

import json

import pytest

from tokenry.engines.prefix_cache import PrefixCache

PATH = "/chat/completions"


def reuse(cache: PrefixCache, scope: str | None, body: bytes = b"{}") -> bool:
    return bool(json.loads(cache.scoped(PATH, body, scope))["cache_prompt"])


def test_one_organization_alone_reuses_its_own() -> None:
    cache = PrefixCache(exclusive=True)
    assert [reuse(cache, "a"), reuse(cache, "a")] == [True, True]


def test_a_second_one_ends_reuse_for_everyone() -> None:
    cache = PrefixCache(exclusive=True)
    assert [reuse(cache, "a"), reuse(cache, "b"), reuse(cache, "a"), reuse(cache, "b")] == [True, False, False, False]


def test_nobody_in_particular_counts_as_a_second_one() -> None:
    cache = PrefixCache(exclusive=True)
    assert [reuse(cache, None), reuse(cache, "a")] == [False, False]


def test_a_fresh_process_starts_anew() -> None:
    cache = PrefixCache(exclusive=True)
    reuse(cache, "a"), reuse(cache, "b")
    cache.forget()
    assert reuse(cache, "b")


def test_what_others_may_use_is_never_reused() -> None:
    cache = PrefixCache(exclusive=False)
    assert not reuse(cache, "a")
    cache.forget()
    assert not reuse(cache, "a")


@pytest.mark.parametrize(
    "body", [b'{"a": 1}', b"{}", b" { } \n", b'{"cache_prompt": true, "a": 1}', b'{"a": "}"}', b'{"a": {"b": 1}}']
)
def test_our_word_is_the_last(body: bytes) -> None:
    cache = PrefixCache(exclusive=False)
    assert json.loads(cache.scoped(PATH, body, "a")) == {**json.loads(body), "cache_prompt": False, "id_slot": -1}


@pytest.mark.parametrize(("path", "body"), [("/embeddings", b'{"a": 1}'), (PATH, b"[1]"), (PATH, b""), (PATH, b'"a"')])
def test_other_things_pass_untouched(path: str, body: bytes) -> None:
    assert PrefixCache(exclusive=True).scoped(path, body, "a") == body
