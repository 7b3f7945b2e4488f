"""From a TOML file to a Recipe. Hostile until parsed: every mistake is found and told in one go, with the nearest name.

A preset's tables are laid under the file's own, key by key. `[filters.NAME]` changes a preset's filter or adds one
after them, in the file's order; `NAME = false` in `[filters]` takes one away.
"""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec

from tokenry.corpus.errors import RecipeError
from tokenry.corpus.evidence import PROTOCOLS
from tokenry.corpus.filters import FILTERS, Filter
from tokenry.corpus.recipe.presets import PRESETS
from tokenry.corpus.recipe.schema import Budget, Dedup, Extract, Input, Mix, OptOut, Recipe, Shards, Tokens

FILE_SIZE_MAX = 1024 * 1024  # bytes
TABLES: dict[str, type[msgspec.Struct]] = {
    "opt_out": OptOut,
    "extract": Extract,
    "dedup": Dedup,
    "mix": Mix,
    "tokens": Tokens,
    "shards": Shards,
    "budget": Budget,
}
KEYS = ("preset", "input", "output", "limit", "spool_mb", "filters", *TABLES)


def load(path: Path) -> Recipe:
    """The recipe in a file; relative paths start from the file's folder.

    Raises:
        RecipeError: with every mistake found, each on one line.
    """
    try:
        with path.open("rb") as file:
            text = file.read(FILE_SIZE_MAX + 1)
    except OSError as error:
        raise RecipeError(f"{path}: {error.strerror}") from error
    if len(text) > FILE_SIZE_MAX:
        raise RecipeError(f"{path}: more than {FILE_SIZE_MAX // 2**20} MiB; this is no recipe")
    try:
        tree = tomllib.loads(text.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RecipeError(f"{path}: {error}") from error
    return parse(tree, source=str(path), base=path.parent)


def parse(tree: Mapping[str, Any], *, source: str, base: Path) -> Recipe:
    """The recipe that a parsed TOML document describes.

    Args:
        tree: as tomllib gives it.
        source: where it stands, for the words of mistakes.
        base: the folder that relative paths start from.

    Raises:
        RecipeError: as `load`.
    """
    wrong = [_unknown(key, KEYS, "") for key in tree if key not in KEYS]
    preset = tree.get("preset", "own-documents")
    if not isinstance(preset, str) or preset not in PRESETS:
        wrong.append(_unknown(str(preset), PRESETS, "preset: "))
        preset = "own-documents"
    under = PRESETS[preset]
    values: dict[str, Any] = {"preset": preset, "base": str(base.absolute())}
    for name, kind in TABLES.items():
        values[name] = _table(name, kind, {**under.get(name, {}), **_dict(tree, name, wrong)}, wrong)
    values["filters"] = _filters(under.get("filters", {}), _dict(tree, "filters", wrong), wrong)
    values["input"] = _inputs(tree.get("input"), wrong)
    values["output"] = _output(tree.get("output"), wrong)
    values["limit"] = _limit(tree.get("limit"), wrong)
    values["spool_mb"] = _spool(tree.get("spool_mb", 8192), wrong)
    wrong += _rules(values)
    if wrong:
        raise RecipeError("\n".join(f"{source}: {words}" for words in wrong))
    return Recipe(**values)


def _table(name: str, kind: type[msgspec.Struct], raw: dict[str, Any], wrong: list[str]) -> Any:
    known = kind.__struct_fields__
    for key in [key for key in raw if key not in known]:
        wrong.append(_unknown(key, known, f"{name}."))
        del raw[key]
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        wrong.append(_enum(name, kind, str(error)) or f"{name}: {_said(error)}")
        return kind()


def _enum(name: str, kind: type[msgspec.Struct], said: str) -> str | None:
    """Words for a value that is none of a few, with the nearest of them; None for every other mistake."""
    found = re.match(r"Invalid enum value '(.*)' - at `\$\.(\w+)", said)
    if found is None:
        return None
    value, field = found.groups()
    return _unknown(value, _choices(get_type_hints(kind)[field]), f"{name}.{field}: ")


def _choices(hint: Any) -> list[str]:
    inner = get_args(hint)
    return [one for one in inner if isinstance(one, str)] or [name for one in inner for name in _choices(one)]


def _filters(under: Mapping[str, Any], own: Mapping[str, Any], wrong: list[str]) -> tuple[Filter, ...]:
    made: list[Filter] = []
    for name in {**under, **own}:
        table = own.get(name, {})
        if name not in FILTERS:
            wrong.append(_unknown(name, FILTERS, "filters."))
        elif table is True or isinstance(table, dict):
            settings = {} if table is True else table
            made.append(_table(f"filters.{name}", FILTERS[name], {**under.get(name, {}), **settings}, wrong))
        elif table is not False:
            wrong.append(f"filters.{name}: must be a table of its thresholds, true or false")
    return tuple(made)


def _inputs(raw: Any, wrong: list[str]) -> tuple[Input, ...]:
    if not isinstance(raw, list) or not raw:
        wrong.append('input: must name where documents are: input = ["pages/*.warc.gz"]')
        return ()
    made = []
    for at, one in enumerate(raw):
        table = {"path": one} if isinstance(one, str) else one
        if not isinstance(table, dict) or not table.get("path"):
            wrong.append(f"input[{at}]: must be a path, or a table with one")
            continue
        made.append(_input(at, dict(table), wrong))
    return tuple(one for one in made if one is not None)


def _input(at: int, table: dict[str, Any], wrong: list[str]) -> Input | None:
    for key in [key for key in table if key not in Input.__struct_fields__]:
        wrong.append(_unknown(key, Input.__struct_fields__, f"input[{at}]."))
        del table[key]
    try:
        made = msgspec.convert(table, Input)
        if "/" in made.name or not made.name.isprintable():  # papers tell a source from its files at the first `/`
            wrong.append(f"input[{at}].name: must be printable characters without '/'")
        return made
    except msgspec.ValidationError as error:
        wrong.append(f"input[{at}]: {_said(error)}")
        return None


def _output(raw: Any, wrong: list[str]) -> str:
    if isinstance(raw, str) and raw:
        return raw
    wrong.append('output: must name a folder to write to: output = "out"')
    return ""


def _limit(raw: Any, wrong: list[str]) -> int | None:
    if raw is None or (isinstance(raw, int) and not isinstance(raw, bool) and raw > 0):
        return raw
    wrong.append("limit: must be a number of documents, 1 or more")
    return None


def _spool(raw: Any, wrong: list[str]) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool) and raw >= 0:
        return raw
    wrong.append("spool_mb: must be a number of megabytes, 0 or more")
    return 0


def _rules(values: Mapping[str, Any]) -> Iterable[str]:
    for name in values["opt_out"].protocols:
        if name not in PROTOCOLS:
            yield _unknown(name, PROTOCOLS, "opt_out.protocols: ")
    if values["shards"].tokens < 1:
        yield "shards.tokens: must be 1 or more"
    if not values["shards"].formats:
        yield "shards.formats: must name one format at least"
    for name, weight in values["mix"].weights.items():
        if not 0 < weight < math.inf:
            yield f"mix.weights.{name}: must be more than 0; leave the input out to have none of it"
    if values["budget"].seconds <= 0:
        yield "budget.seconds: must be more than 0"
    if values["budget"].memory_mb < 256:
        yield "budget.memory_mb: must be 256 or more; the libraries alone take 200"


def _dict(tree: Mapping[str, Any], name: str, wrong: list[str]) -> dict[str, Any]:
    raw = tree.get(name, {})
    if isinstance(raw, dict):
        return dict(raw)
    wrong.append(f"{name}: must be a table: write [{name}]")
    return {}


def _unknown(name: str, known: Iterable[str], place: str) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"{place}{name[:60]!r} is not known" + (
        f"; did you mean {near[0]!r}?" if near else f"; there are: {', '.join(known)}"
    )


def _said(error: msgspec.ValidationError) -> str:
    return str(error).replace(" - at `$.", " at `").replace(" - at `$`", "")
