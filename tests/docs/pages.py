"""The documentation as data: pages, headings, links, tables, commands in code blocks."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.tidy.house import ROOT

FENCE = re.compile(r"^(```+)(\w*)\n(.*?)^\1\s*$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*$", re.MULTILINE)
SHELLS = ("bash", "sh", "console", "shell")


@dataclass(frozen=True)
class Page:
    """One Markdown file: its path from the repository's root, and its text."""

    path: str
    text: str

    @cached_property
    def prose(self) -> str:
        """The text without its code blocks."""
        return FENCE.sub("", self.text)

    @property
    def headings(self) -> list[str]:
        """Headings' words, in order."""
        return [match.group(2) for match in HEADING.finditer(self.prose)]

    @property
    def anchors(self) -> set[str]:
        """What `#…` may point to, as Git hosts make them of headings."""
        return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in self.headings}

    @property
    def links(self) -> list[str]:
        """Targets of all links, outside code blocks."""
        return LINK.findall(re.sub(r"`[^`\n]*`", "", self.prose))

    @property
    def code(self) -> set[str]:
        """Everything that stands in `back-ticks` outside code blocks."""
        return set(re.findall(r"`([^`\n]+)`", self.prose))

    def rows(self) -> list[list[str]]:
        """The cells of every table row, headings and rules left out when their first cell holds no back-ticks."""
        lines = [line.strip() for line in self.prose.splitlines() if line.strip().startswith("|")]
        cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
        return [row for row in cells if row and row[0].startswith("`")]

    def sections(self) -> dict[str, str]:
        """Each heading of any level with the text up to the next heading, code blocks included."""
        blanked = FENCE.sub(lambda match: re.sub(r"^#", " ", match.group(0), flags=re.MULTILINE), self.text)
        found = list(HEADING.finditer(blanked))
        ends = [match.start() for match in found[1:]] + [len(blanked)]
        return {match.group(2).strip("`"): blanked[match.end() : end] for match, end in zip(found, ends, strict=True)}

    def commands(self) -> Iterator[list[str]]:
        """The words of every command line in the page's shell blocks; continued lines joined, comments dropped."""
        for _, language, block in FENCE.findall(self.text):
            if language not in SHELLS:
                continue
            for line in _lines(block):
                if language == "console" and not line.startswith("$ "):
                    continue
                for part in re.split(r"\s(?:&&|\||;|&)(?:\s|$)", line.removeprefix("$ ")):
                    if words := _words(part):
                        yield words

    def resolve(self, target: str) -> tuple[Path, str]:
        """The file and the anchor that a relative link means."""
        path, _, anchor = target.partition("#")
        here = ROOT / self.path
        return ((here.parent / path).resolve() if path else here), anchor


def pages() -> list[Page]:
    """Every page of the docs, and the Markdown files at the repository's root."""
    paths = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
    return [Page(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in paths]


def page(path: str) -> Page:
    """One page by its path from the repository's root."""
    return next(one for one in pages() if one.path == path)


def _lines(block: str) -> Iterator[str]:
    """Command lines, each whole: a backslash or an open quotation goes on in the next line."""
    whole = ""
    for line in block.replace("\\\n", " ").splitlines():
        whole += line
        try:
            shlex.split(whole, comments=True)
        except ValueError:
            whole += " "
            continue
        yield whole
        whole = ""
    if whole:
        yield whole


def _words(line: str) -> list[str]:
    words = shlex.split(line, comments=True)
    while words and re.fullmatch(r"[A-Z_][A-Z0-9_]*=.*", words[0]):
        words = words[1:]
    return words
