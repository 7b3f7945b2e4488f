"""14: no float anywhere, neither in the types nor in anything that was ever written or summed."""

from __future__ import annotations

import ast
import inspect
import typing
from pathlib import Path
from typing import Any

import msgspec
import pytest

import tokenry.ledger
from tests.ledger.examples import Room, budget
from tests.ledger.sameness import state
from tokenry.ledger import Receipt, Usage, check
from tokenry.ledger.milestones import Milestone
from tokenry.ledger.model import KINDS, Account, Settle, decode, encode
from tokenry.ledger.recovery import _Snapshot

ROOM = Path(inspect.getfile(tokenry.ledger)).parent


def types_in(hint: Any, seen: set[Any]) -> set[Any]:
    """Every type that a hint names, however deep."""
    if hint in seen:
        return seen
    seen.add(hint)
    for inner in typing.get_args(hint):
        if isinstance(inner, type) or typing.get_origin(inner) is not None:
            types_in(inner, seen)
    if isinstance(hint, type) and (issubclass(hint, msgspec.Struct) or hint is Account):
        for inner in typing.get_type_hints(hint).values():
            types_in(inner, seen)
    return seen


@pytest.mark.parametrize(
    "kind", [*KINDS.values(), Account, Milestone, _Snapshot, Receipt], ids=lambda cls: cls.__name__
)
def test_14_no_type_of_the_books_names_a_float(kind: type) -> None:
    types = types_in(kind, set())
    assert float not in types
    assert int in types or kind.__name__ == "CloseAccount"
    assert Any not in types


def values_in(value: Any) -> list[Any]:
    """Every plain value inside, however deep."""
    if isinstance(value, msgspec.Struct):
        return [v for name in value.__struct_fields__ for v in values_in(getattr(value, name))]
    if isinstance(value, dict):
        return [v for pair in value.items() for one in pair for v in values_in(one)]
    if isinstance(value, list | tuple | set):
        return [v for one in value for v in values_in(one)]
    return [value]


def test_14_no_record_and_no_column_ever_holds_one() -> None:
    room = Room(milestones=(100,)).furnish(10**6, budget(limit=5000), budget("soft", limit=1, hard=False))
    for number, model in enumerate(("small", "odd", "large", "free") * 5):
        held = room.hold(f"r{number}", 300, model=model)
        room.mark(held, Usage(number, 7, 0, 0, "events"))
        if number % 5:
            room.settle(held, number * 3, number, cached_tokens=number, ttft_ms=3)
        room.loop.advance(3600 * 5)
        room.run_sync(room.ledger.sweep)
    room.run_sync(lambda: room.ledger.bear("retry", "acme", 1))
    room.open()
    rows = [decode(row.kind, row.body) for row in room.disk.rows]
    report = msgspec.to_builtins(check(room.disk.rows))
    found = values_in(rows) + values_in(state(room.ledger.books)) + values_in(report)
    assert {type(value).__name__ for value in found} <= {"int", "str", "bool", "NoneType", "Account", "Unit"}
    assert len(found) > 1000


def test_14_a_float_in_the_journal_is_refused() -> None:
    room = Room().furnish()
    room.settle(room.hold("r", 100), 10, 10)
    row = next(row for row in room.disk.rows if row.kind == "settle")
    record = decode(row.kind, row.body)
    assert isinstance(record, Settle)
    for bad in (1.5, 1.0):
        body = msgspec.msgpack.encode([record.id, [bad], [], record.receipt, []])
        assert body != encode(record)
        with pytest.raises(ValueError, match="broken settle record"):
            decode("settle", body)


NO_AMOUNTS = ("past", "retention")  # rows and files are handled there: how long a thread rests, how full a disk is
AMOUNTS = [path for path in sorted(ROOM.glob("*.py")) if path.stem not in NO_AMOUNTS]


@pytest.mark.parametrize("path", AMOUNTS, ids=lambda path: path.stem)
def test_14_no_line_of_the_room_makes_one(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), (path.name, node.lineno)
        assert path.stem == "replay" or not isinstance(node, ast.Div), path.name  # fractions there, which stay exact
        if isinstance(node, ast.Name) and node.id == "float":
            assert path.stem == "waiting", "only how long somebody waits is one"
