"""Trafilatura's paths answered from memory, beside the same paths as its own library answers them."""

from __future__ import annotations

import random
from typing import Any

import pytest
from lxml.etree import XPath
from lxml.html import document_fromstring
from trafilatura import xpaths

from tokenry.corpus.extract.remembered import ANSWERS_MAX, Remembered, remember, shape

TAGS = (
    "div",
    "section",
    "p",
    "span",
    "ul",
    "ol",
    "article",
    "main",
    "aside",
    "details",
    "h1",
    "header",
    "list",
    "item",
)
WORDS = (
    "post", "entry-content", "Comments", "comment-list", "commentary", "sidebar", "share-", "nav", "Nav", "footer",
    "infinite-scroll", "mvp-post-add-box", "cookie", "main", "story-body", "content-main", "teaser", "bottom", "link",
    "permalink", "reply-1", "hidden", "display: none", "border: 1px", "article", "text", "fulltext", "elementor-widget",
)  # fmt: skip  # a word a line would bury them
NAMES = ("class", "id", "style", "role", "data-component", "aria-hidden", "itemprop", "href")


@pytest.fixture(scope="module")
def remembered() -> list[Remembered]:
    remember()
    lists = [paths for name, paths in vars(xpaths).items() if name.endswith("_XPATH")]
    return [path for paths in lists for path in paths if isinstance(path, Remembered)]


def _page(chance: random.Random) -> str:
    """A page of these words, attributes in any order, which counts where a path asks for the first of two."""

    def element(depth: int) -> str:
        tag = chance.choice(TAGS)
        names = chance.sample(NAMES, chance.choice((0, 0, 1, 1, 2, 3)))
        told = "".join(f' {name}="{" ".join(chance.choices(WORDS, k=chance.choice((1, 1, 2))))}"' for name in names)
        inside = "".join(element(depth - 1) for _ in range(chance.choice((0, 1, 3)))) if depth else "words"
        return f"<{tag}{told}>{inside}</{tag}> tail "

    return f"<html><body>{''.join(element(4) for _ in range(8))}</body></html>"


@pytest.mark.parametrize("seed", range(40))
def test_the_same_elements_are_found_in_the_same_order(remembered: list[Remembered], seed: int) -> None:
    tree: Any = document_fromstring(_page(random.Random(seed)))
    for path in remembered:
        own = XPath(path.path, namespaces={"re": xpaths.REGEXP_NS})
        assert path(tree) == own(tree), path.path


def test_the_paths_that_take_the_time_are_among_them(remembered: list[Remembered]) -> None:
    kinds = {name for name in ("OVERALL_DISCARD_XPATH", "REMOVE_COMMENTS_XPATH", "RAW_TREE_PRUNE_XPATH")
             if all(isinstance(one, Remembered) for one in getattr(xpaths, name))}  # fmt: skip  # one thought
    assert len(kinds) == 3
    assert len(remembered) >= 12


@pytest.mark.parametrize(
    "path",
    [
        ".//header",
        "(.//article)[1]",
        ".//cite|.//quote",
        ".//*[self::div][2]",
        ".//*[self::div][@id='a'][position() = 2]",
        ".//*[self::div][.//h1]",
        ".//*[contains(text(), 'a')]",
        "(.//*[self::div][@id='a'])[2]",
    ],
)
def test_a_path_of_another_shape_is_left_alone(path: str) -> None:
    assert shape(path) is None


def test_a_path_that_wants_nothing_there_sees_elements_without_attributes() -> None:
    path = ".//*[self::div or self::p][not(@class)]"
    asks = shape(path)
    assert asks is not None
    tree: Any = document_fromstring("<div><p>one</p><p class='a'>two</p></div>")
    assert Remembered(path, asks)(tree) == XPath(path)(tree) != []


def test_memory_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokenry.corpus.extract.remembered.ANSWERS_MAX", 3)
    assert ANSWERS_MAX > 3
    path = ".//*[self::div][contains(@class, 'a')]"
    asks = shape(path)
    assert asks is not None
    one = Remembered(path, asks)
    tree: Any = document_fromstring("".join(f"<div class='{'a' * (n % 3)}{n}'>x</div>" for n in range(20)))
    assert one(tree) == XPath(path)(tree)
    assert len(one._answers) <= 3
