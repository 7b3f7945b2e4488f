"""Text leaves for training through one function: held by looking at the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import tokenry

SOURCE = Path(tokenry.__file__).parent
# Who may name the table of messages, and why. A new reader needs a line here, and its reason is not training.
READERS = {
    "access/workspace_records.py": "a person's own export, their erasure",
    "storage/branches.py": "walks through a chat's tree",
    "storage/tables": "the table itself",
    "storage/migrations": "its making",
    "workspace/exporting.py": "a person's own chat, to take along",
    "workspace/handing.py": "the one door",
    "workspace/reading.py": "by leave, told to the person",
    "workspace/searching.py": "a person's own words",
    "workspace/sharing.py": "what a person shows",
    "workspace/asking.py": "a person's own chat",
    "workspace/chats.py": "a person's own chat",
    "workspace/gathering.py": "what a model is told of a person's own chat",
    "workspace/messages.py": "a person's own chat",
    "workspace/pen.py": "what is written down of an answer",
    "workspace/run.py": "an answer while it is written",
    "workspace/runs.py": "answers while they are written",
    "workspace/ending.py": "answers that were cut off",
    "workspace/answering.py": "an answer to a question",
}
CALLERS = {"workspace/__init__.py": "names it", "workspace/handing.py": "is it"}
HANDS = {"api/admin/consents.py"}  # where what leaves is carried to whoever takes it
LEARNING = ("corpus", "training")  # rooms that make training sets and models


def files(*with_words: str) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        text = path.read_text()
        if any(word in text for word in with_words):
            yield str(path.relative_to(SOURCE)), ast.parse(text)


def words(tree: ast.Module) -> set[str]:
    """Names, attributes, and the words of texts that are no docstring."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.alias):
            found.add(node.name.rpartition(".")[2])
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= set(node.value.replace("(", " ").replace(",", " ").split())
    return found


def is_in(name: str, places: dict[str, str]) -> bool:
    return any(name == place or name.startswith(f"{place}/") or name == f"{place}.py" for place in places)


def test_nobody_reads_messages_who_is_not_known_to() -> None:
    readers = {name for name, tree in files("chat_messages") if "chat_messages" in words(tree)}
    strangers = {name for name in readers if not is_in(name, READERS)}
    assert not strangers, f"{strangers} read people's messages: say why in READERS; for training only handing.py does"


def test_nobody_hands_over_but_the_door() -> None:
    doors = {"hand_over", "all_handed_over", "training_handings"}
    found = {name for name, tree in files(*doors) if words(tree) & doors}
    allowed = {*CALLERS, "access/workspace_records.py", "workspace/consents.py"}
    others = {name for name in found if name not in allowed and not name.startswith("storage/")}
    assert others <= HANDS, others


def test_rooms_that_learn_know_nothing_of_people_at_work() -> None:
    for path in (one for room in LEARNING for one in sorted((SOURCE / room).rglob("*.py"))):
        name, tree = str(path.relative_to(SOURCE)), ast.parse(path.read_text())
        imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        for room in ("workspace", "storage", "objects", "access", "api", "app"):
            assert not [one for one in imported if one.startswith(f"tokenry.{room}")], f"{name} imports {room}"
