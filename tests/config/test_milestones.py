"""What the table [milestones] may say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tokenry.config import ConfigError, load


def read(tmp_path: Path, text: str) -> object:
    path = tmp_path / "tokenry.toml"
    path.write_text(f"[milestones]\n{text}\n")
    return load(path, {}).milestones


def test_it_may_say_nothing_and_then_there_are_four(tmp_path: Path) -> None:
    (tmp_path / "tokenry.toml").write_text("")
    assert load(tmp_path / "tokenry.toml", {}).milestones.thresholds == (10**10, 10**11, 10**12, 10**13)
    assert read(tmp_path, "thresholds = []").thresholds == ()  # type: ignore[attr-defined] # as above


@pytest.mark.parametrize(
    "text",
    [
        "thresholds = [0]",
        "thresholds = [-1]",
        "thresholds = [1.5]",
        'thresholds = ["1"]',
        "thresholds = [true]",
        "thresholds = [1_000_000_000_000_001]",
        "thresholds = [5, 5]",
        f"thresholds = {list(range(1, 30))}",
        "thresholds = 5",
        'issuer = ""',
        'issuer = " a"',
        'issuer = "a\\nb"',
        f'issuer = "{"x" * 201}"',
        "font_files = [1]",
        "threshold = [1]",
    ],
)
def test_what_it_may_not_say_is_refused_with_the_key(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match=r"tokenry\.toml:2.*milestones"):
        read(tmp_path, text)
