"""A recipe is typed or refused: each mistake with its place and the nearest right name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.corpus.pages import recipe
from tokenry.corpus import PRESETS, RecipeError, load_recipe, parse_recipe
from tokenry.corpus.filters import FILTERS, C4Quality, FinewebQuality, Language
from tokenry.corpus.recipe import plain

FINEWEB = ["urls", "language", "gopher_repetition", "gopher_quality", "c4_quality", "fineweb_quality", "pii"]


def complaints(**tree: Any) -> str:
    given = {"input": ["x"], "output": "out", **tree}
    with pytest.raises(RecipeError) as caught:
        parse_recipe(given, source="r", base=Path())
    return caught.value.message


def test_the_smallest_recipe(tmp_path: Path) -> None:
    file = tmp_path / "recipe.toml"
    file.write_text('preset = "fineweb"\ninput = ["dir/*.warc.gz"]\noutput = "out"\n')
    made = load_recipe(file)
    assert (made.preset, made.output, made.base) == ("fineweb", "out", str(tmp_path))
    assert [one.path for one in made.input] == ["dir/*.warc.gz"]
    assert [one.name for one in made.filters] == FINEWEB
    assert made.filters[FINEWEB.index("c4_quality")] == C4Quality(filter_no_terminal_punct=False)
    assert made.extract.extractor == "cascade"


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_a_recipe(name: str, tmp_path: Path) -> None:
    assert recipe(tmp_path, "x", preset=name).filters


def test_a_table_changes_a_threshold_adds_a_filter_or_takes_one_away(tmp_path: Path) -> None:
    changed = recipe(tmp_path, "x", preset="fineweb", filters={"fineweb_quality": {"short_line_length": 20}})
    assert changed.filters[FINEWEB.index("fineweb_quality")] == FinewebQuality(short_line_length=20)
    assert changed.filters[1] == Language(languages=("en",))
    added = recipe(tmp_path, "x", preset="fineweb", filters={"length": True})
    assert [one.name for one in added.filters] == [*FINEWEB, "length"]
    less = recipe(tmp_path, "x", preset="fineweb", filters={"fineweb_quality": False, "urls": False})
    assert [one.name for one in less.filters] == [*FINEWEB[1:5], "pii"]


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        ({"prest": "fineweb"}, "'prest' is not known; did you mean 'preset'?"),
        ({"preset": "finweb"}, "preset: 'finweb' is not known; did you mean 'fineweb'?"),
        ({"preset": "gophers"}, "did you mean 'gopher'"),
        ({"filters": {"lenght": {}}}, "filters.'lenght' is not known; did you mean 'length'?"),
        ({"filters": {"length": {"min_character": 3}}}, "did you mean 'min_characters'?"),
        ({"filters": {"length": {"min_characters": "3"}}}, "filters.length: Expected `int`, got `str`"),
        ({"filters": {"length": 3}}, "filters.length: must be a table of its thresholds, true or false"),
        ({"filters": []}, "filters: must be a table"),
        (
            {"extract": {"extractor": "magic"}},
            "extract.extractor: 'magic' is not known; there are: cascade, careful, quick",
        ),
        ({"input": []}, "input: must name where documents are"),
        ({"input": [3]}, "input[0]: must be a path, or a table with one"),
        ({"input": [{"path": "x", "licens": "MIT"}]}, "input[0].'licens' is not known; did you mean 'licence'?"),
        ({"output": ""}, "output: must name a folder"),
        ({"limit": 0}, "limit: must be a number of documents"),
        ({"limit": True}, "limit: must be a number of documents"),
        ({"shards": {"tokens": 0}}, "shards.tokens: must be 1 or more"),
        ({"shards": {"formats": ["zarr"]}}, "shards.formats: 'zarr' is not known; there are: megatron, parquet"),
        (
            {"shards": {"formats": ["megatron", "parket"]}},
            "shards.formats: 'parket' is not known; did you mean 'parquet'",
        ),
        ({"budget": {"memory_mb": 10}}, "budget.memory_mb: must be 256 or more"),
        ({"budget": {"seconds": 0}}, "budget.seconds: must be more than 0"),
    ],
)
def test_a_mistake_is_told_with_its_place(tree: dict[str, Any], words: str) -> None:
    assert words in complaints(**tree)


def test_every_mistake_is_told_at_once() -> None:
    assert len(complaints(prest="x", limit=0, output=3).splitlines()) == 3


@pytest.mark.parametrize("text", [b"\xff\xfe", b"a = ", b"x" * (1024 * 1024 + 1)])
def test_a_file_that_is_no_recipe(text: bytes, tmp_path: Path) -> None:
    file = tmp_path / "recipe.toml"
    file.write_bytes(text)
    with pytest.raises(RecipeError, match=r"recipe\.toml"):
        load_recipe(file)
    with pytest.raises(RecipeError, match="No such file"):
        load_recipe(tmp_path / "none.toml")


def test_plain_data_writes_every_default_out_and_no_place_of_this_machine(tmp_path: Path) -> None:
    told = plain(recipe(tmp_path, "x", preset="fineweb"))
    assert list(told["filters"]) == FINEWEB
    assert told["filters"]["fineweb_quality"] == {
        "line_punct_thr": 0.12, "line_punct_exclude_zero": False, "short_line_thr": 0.67, "short_line_length": 30,
        "char_duplicates_ratio": 0.01, "new_line_ratio": 0.3,
    }  # fmt: skip  # one fact
    assert str(tmp_path) not in str(told)


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_stands_under_its_own_name_and_says_what_it_is(name: str) -> None:
    assert FILTERS[name].name == name
    assert FILTERS[name].__doc__
