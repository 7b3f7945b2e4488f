"""A hostile YAML file is refused in one line, quickly, and never run; an honest one comes out as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from tokenry.config.litellm import NotReadable, read_tree
from tokenry.config.litellm.yaml_tree import FILE_SIZE_MAX

BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}]\n"
    for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGES = "a: &a {k: v}\n" + "".join(
    f"{b}: &{b}\n  x: [*{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}]\n  <<: *{a}\n"
    for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
REFUSED = {
    "a bomb of aliases": (BOMB, "aliases"),
    "a bomb of merges": (MERGES, "aliases"),
    "an anchor within itself": ("a: &a [*a]\n", "itself"),
    "a type of Python": ("a: !!python/object/apply:os.system ['touch /tmp/x']\n", "tag"),
    "a name of Python": ("a: !!python/name:os.system\n", "tag"),
    "a tag of its own": ("a: !secret x\n", "tag"),
    "deep brackets": ("a: " + "[" * 5000, "deeper"),
    "deep but closed": ("a: " + "[" * 60 + "]" * 60, "deeper"),
    "deep braces": ("{a: " * 3000, "deeper"),
    "an alias of nothing": ("a: *b\n", "anchor"),
    "a list": ("- a\n- b\n", "mapping"),
    "a word": ("word", "mapping"),
    "two documents": ("a: 1\n---\nb: 2\n", "document"),
    "a key twice": ("a: 1\nb: 2\na: 3\n", ":3: a key that stands twice"),
    "a key that is a list": ("? [a]\n: b\n", "plain word"),
    "half a mapping": ("a: {b: 1", "line"),
    "a tab": ("a:\n\t- b\n", "line"),
    "a number of many digits": ("a: " + "9" * 5000, "number"),
    "a date that is none": ("a: 2026-02-31\n", "date"),
    "control characters": ("a: \x00\n", "not YAML"),
    "not UTF-8": (b"a: \xff\xfe\n", "UTF-8"),
    "too large": (b"#" * (FILE_SIZE_MAX + 1), "larger"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_refused_in_one_line(case: tuple[str | bytes, str], tmp_path: Path) -> None:
    text, word = case
    path = tmp_path / "config.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(NotReadable, match=word) as refused:
        read_tree(path)
    assert "\n" not in refused.value.message
    assert len(refused.value.message) < 400 + len(str(path))


def test_no_value_is_quoted(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("api_key: sk-secret: x: y\n  b: sk-secret\n")
    with pytest.raises(NotReadable) as refused:
        read_tree(path)
    assert "sk-secret" not in refused.value.message


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(NotReadable, match="No such file"):
        read_tree(tmp_path / "nothing.yaml")


def test_honest_anchors_merges_and_odd_values(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nd: 2026-01-01\nn: ~\nt: yes\ni: 0x10\n5: five\n")
    assert read_tree(path) == {
        "a": {"x": 1, "y": 2}, "b": {"x": 1, "y": 3}, "d": "2026-01-01", "n": None, "t": True, "i": 16, "5": "five",
    }  # fmt: skip


def test_nothing_is_an_empty_mapping(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("# nothing\n")
    assert read_tree(path) == {}
