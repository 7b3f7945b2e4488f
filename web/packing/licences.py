"""The licences of the packages that the pages are made of, as one text for people.

Knows the lock file of npm and what lies in `node_modules`. Lists every package that is no development tool, whether or
not something of it is left in the pages, and the one tool whose own text ends up in them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LEAVES_TEXT = ("node_modules/tailwindcss",)  # its style reset stands in our style sheet
ALLOWED = frozenset({"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "Unlicense"})
_FILE = re.compile(r"(licen[cs]e|copying)([.-].*)?", re.IGNORECASE)
_HEAD = """Tokenry's pages are made with the packages below. Each is named with its version and its licence (SPDX); then
comes the licence's own text. Tokenry itself is under Apache-2.0.
"""


class NotAllowed(Exception):
    """A package says no licence that we may pass on."""


@dataclass(frozen=True, slots=True)
class Package:
    """One package: `name version`, its SPDX expression, and its licence's text (empty when it carries none)."""

    title: str
    licence: str
    text: str


def packages(web: Path) -> Iterator[Package]:
    """The packages that are installed below `web` and are no tools, by name. Raises NotAllowed, OSError, ValueError."""
    locked = json.loads((web / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for path, entry in sorted(locked.items()):
        is_tool = entry.get("dev") or entry.get("devOptional") or entry.get("optional")
        if not path or (is_tool and path not in LEAVES_TEXT):
            continue
        if not (web / path / "package.json").exists():  # an optional peer that nobody asked for
            continue
        yield _package(web / path)


def third_party(web: Path) -> str:
    """The whole text; packages with the same licence text stand together."""
    by_text: dict[tuple[str, str], list[str]] = {}
    for package in packages(web):
        by_text.setdefault((package.licence, package.text), []).append(package.title)
    parts = [_HEAD]
    for (licence, text), titles in by_text.items():
        parts.append(f"{'-' * 80}\n{', '.join(titles)}\nLicence: {licence}\n\n{text.strip()}\n")
    return "\n".join(parts)


def _package(folder: Path) -> Package:
    about = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    said = about.get("license")
    title = f"{about['name']} {about['version']}"
    if not isinstance(said, str) or not _may_be_passed_on(said):
        raise NotAllowed(f"{title}: its licence is {said!r}, which is not among those that we pass on")
    files = sorted(path for path in folder.iterdir() if path.is_file() and _FILE.fullmatch(path.name))
    text = "\n\n".join(path.read_text(encoding="utf-8", errors="replace").strip() for path in files)
    return Package(title, said, text or f"(the package carries no text of its licence; by {_author(about)})")


def _may_be_passed_on(expression: str) -> bool:
    """Whether one of the choices of an SPDX expression (`A OR B`, `A AND B`) is allowed as a whole."""
    choices = expression.strip("()").split(" OR ")
    return any(all(part.strip("() ") in ALLOWED for part in choice.split(" AND ")) for choice in choices)


def _author(about: dict[str, object]) -> str:
    author = about.get("author")
    name = author.get("name") if isinstance(author, dict) else author
    return str(name or f"the authors of {about['name']}")
