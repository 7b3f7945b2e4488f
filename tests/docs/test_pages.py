"""Links hold, every page can be reached, commands in code blocks exist, decisions keep their form."""

from __future__ import annotations

import re

import pytest

from tests.docs import surface
from tests.docs.pages import Page, page, pages
from tests.docs.typed import lines_of, wrong_with
from tests.tidy.house import ROOT

PAGES = pages()
DECISION_PARTS = ["Context", "Decision", "Consequences"]


@pytest.mark.parametrize("one", PAGES, ids=lambda one: one.path)
def test_links_hold(one: Page) -> None:
    for target in one.links:
        if re.match(r"[a-z]+:", target):
            continue
        path, anchor = one.resolve(target)
        assert path.exists(), f"{one.path} links to {target}, which does not exist"
        if anchor:
            anchors = page(path.relative_to(ROOT).as_posix()).anchors
            assert anchor in anchors, f"{one.path} links to {target}; that page has {sorted(anchors)}"


def test_every_page_can_be_reached_from_the_index() -> None:
    known = {one.path: one for one in PAGES}
    seen: set[str] = set()
    todo = ["docs/index.md"]
    while todo:
        path = todo.pop()
        if path in seen or path not in known:
            continue
        seen.add(path)
        links = [known[path].resolve(link)[0] for link in known[path].links if not re.match(r"[a-z]+:", link)]
        todo += [link.relative_to(ROOT).as_posix() for link in links if link.is_relative_to(ROOT)]
    lost = {path for path in known if path.startswith("docs/")} - seen
    assert not lost, f"no link leads to {sorted(lost)}"


@pytest.mark.parametrize("one", PAGES, ids=lambda one: one.path)
def test_commands_exist(one: Page) -> None:
    for words in one.commands():
        complaint = complaint_about(words)
        assert not complaint, f"{one.path}: {' '.join(words)}: {complaint}"


@pytest.mark.parametrize("one", PAGES, ids=lambda one: one.path)
def test_command_lines_can_be_typed(one: Page) -> None:
    lines = [line for words in one.commands() for line in lines_of(words)]
    assert {" ".join(line): wrong for line in lines if (wrong := wrong_with(line)) is not None} == {}


def test_a_command_line_that_cannot_be_typed_is_named() -> None:
    (line,) = lines_of(["export", "KEY=$(uv", "run", "tokenry", "key", "create", "--bare)"])
    assert "--name" in (wrong_with(line) or "")
    assert wrong_with(["admin-key", "create", "terraform"])
    assert wrong_with(["key", "create", "--name", "me", "--no-such-option"])
    assert wrong_with(["requests", "-n", "many"])
    assert wrong_with(["key", "create", "--name", "me"]) is None
    assert sum(1 for one in PAGES for words in one.commands() for _ in lines_of(words)) > 70


def test_a_command_that_does_not_exist_is_named() -> None:
    assert complaint_about(["just", "no-such-recipe"])
    assert complaint_about(["uv", "run", "--group", "test", "just", "no-such-recipe"])
    assert complaint_about(["uv", "run", "tokenry", "no-such-verb"])
    assert complaint_about(["uv", "run", "--group", "no-such-group", "just", "test"])
    assert not complaint_about(["uv", "run", "--group", "test", "just", "test"])
    assert not complaint_about(["curl", "http://127.0.0.1:8080/healthz"])


def test_decisions_are_numbered_and_keep_their_form() -> None:
    decisions = [one for one in PAGES if one.path.startswith("docs/decisions/0")]
    numbers = [one.path.removeprefix("docs/decisions/")[:4] for one in decisions]
    assert numbers == [f"{i:04d}" for i in range(1, len(numbers) + 1)]
    for one in decisions:
        assert one.headings[1:] == DECISION_PARTS, f"{one.path} has {one.headings}"
        assert re.search(r"^Status: (accepted|superseded by \[)", one.text, re.MULTILINE), one.path


def test_the_plan_shows_every_room_that_stands_and_no_other() -> None:
    plan = page("ARCHITECTURE.md").text.split("```")[1]
    drawn = {name.rstrip("/").removesuffix(".py") for name in re.findall(r"^  ([a-z_]+(?:/|\.py))", plan, re.MULTILINE)}
    room_paths = [path for path in (ROOT / "src/tokenry").iterdir() if not path.name.startswith(("_", "."))]
    standing = {path.stem for path in room_paths if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert drawn == standing


def complaint_about(words: list[str]) -> str:
    """Why this command line cannot work; empty when it can, or when its program is not ours to know."""
    if words[:2] == ["uv", "run"]:
        words = words[2:]
        while words[:1] == ["--group"]:
            groups = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("[dependency-groups]")[1]
            if not re.search(rf"^{re.escape(words[1])} = \[", groups, re.MULTILINE):
                return f"no dependency group {words[1]!r}"
            words = words[2:]
    elif words[:1] == ["uvx"]:
        words = words[1:]
    if words[:1] == ["just"]:
        return _recipe_complaint(words[1:])
    if words[:1] == ["tokenry"]:
        return _verb_complaint(words[1:])
    return ""


def _recipe_complaint(words: list[str]) -> str:
    text = (ROOT / "Justfile").read_text(encoding="utf-8")
    recipes = re.findall(r"^([a-z][a-z-]*)(?: [^:\n]*)?:", text, re.MULTILINE)
    if not words or words[0].startswith("-"):
        return ""
    if words[0] not in recipes:
        return f"the Justfile has no recipe {words[0]!r}"
    if words[0] == "bench" and not (ROOT / f"bench/{words[1]}.py").exists():
        return f"there is no bench {words[1]!r}"
    return ""


DEFAULTS = {"backup": "make", "restore": "from"}  # the verb that is meant when a group is given none


def _verb_complaint(words: list[str]) -> str:
    if not words or words[0] in ("--version", "--help"):
        return ""
    fitting = [verb for verb in surface.verbs() if words[: len(verb.words.split())] == verb.words.split()]
    if not fitting and words[0] in DEFAULTS:  # `backup DIR` is `backup make DIR`
        return _verb_complaint([words[0], DEFAULTS[words[0]], *words[1:]])
    if not fitting:
        return "there is no such verb"
    strange = [
        word for word in words if word.startswith("--") and word.split("=")[0] not in (*fitting[-1].switches, "--help")
    ]
    return f"no option {strange[0]}" if strange else ""
