"""What the table [corpus] may say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tokenry.config import ConfigError, load


def read(tmp_path: Path, text: str) -> tuple[str, ...]:
    path = tmp_path / "tokenry.toml"
    path.write_text(f"[corpus]\n{text}\n")
    return load(path, {}).corpus.sets


def test_it_may_say_nothing_and_then_there_are_no_sets(tmp_path: Path) -> None:
    assert read(tmp_path, "") == ()
    assert read(tmp_path, 'sets = ["/srv/sets/*", "~/tides/out"]') == ("/srv/sets/*", "~/tides/out")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('sets = ["sets/*"]', "whole path"),
        ('sets = ["/srv/**/out"]', "walk through everything"),
        ('sets = [" /srv/sets"]', "blank"),
        ('sets = ["/srv/\\u202e"]', "printable"),
        ('sets = ["/a", "/a"]', "twice"),
        (f"sets = {[f'/srv/{at}' for at in range(65)]}", "more than 64"),
        ('sets = "/srv/sets/*"', ""),
        ('set = ["/srv/sets/*"]', "sets"),
    ],
)
def test_what_it_may_not_say_is_refused_with_the_key(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=rf"tokenry\.toml:2.*corpus.*{words}"):
        read(tmp_path, text)
