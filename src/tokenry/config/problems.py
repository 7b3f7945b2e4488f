"""Mistakes in a configuration file, in words: one line each, with the place and the nearest right name.

Knows how to say things; knows nothing of the schema or of TOML.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from tokenry.base.errors import TokenryError

Path = tuple[str | int, ...]  # ("model", 0, "price", "input")

_SHOWN_LENGTH_MAX = 60
_PROBLEMS_SHOWN_MAX = 50
_NEAREST_AMONG_MAX = 2000  # difflib compares with each name; a catalogue beyond this gets no guess


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: what is wrong at which dotted key, and on which line if that is known."""

    path: Path
    words: str
    line: int | None = None

    def __str__(self) -> str:
        key = dotted(self.path)
        return f"{key}: {self.words}" if key else self.words


class ConfigError(TokenryError):
    """The configuration cannot be used. The message has one line per mistake; `problems` has them as data."""

    code = "invalid_configuration"

    def __init__(self, source: str, problems: Iterable[Problem]) -> None:
        self.source = source
        self.problems = tuple(sorted(problems, key=lambda p: (p.line or 0, dotted(p.path))))
        lines = [self._line(problem) for problem in self.problems[:_PROBLEMS_SHOWN_MAX]]
        if len(self.problems) > _PROBLEMS_SHOWN_MAX:
            lines.append(f"{printable(source)}: and {len(self.problems) - _PROBLEMS_SHOWN_MAX} more mistakes")
        super().__init__("\n".join(lines))

    def _line(self, problem: Problem) -> str:
        place = printable(self.source) + (f":{problem.line}" if problem.line is not None else "")
        return f"{place}: {problem}"


def dotted(path: Path) -> str:
    """`model[0].price.input` for ("model", 0, "price", "input")."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            bare = (
                part.isascii() and part.replace("-", "").replace("_", "").isalnum() and len(part) <= _SHOWN_LENGTH_MAX
            )
            text += ("." if text else "") + (part if bare else shown(part))
    return text


def printable(text: str) -> str:
    """`text` on one line: what a terminal would act upon is written as an escape."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def shown(text: str) -> str:
    """`text` in quotes, printable and cut to a length that leaves the line readable."""
    cut = text if len(text) <= _SHOWN_LENGTH_MAX else text[: _SHOWN_LENGTH_MAX - 1] + "…"
    return f'"{printable(cut)}"'


def nearest(name: str, among: Iterable[str]) -> str | None:
    """The name that `name` was probably meant to be, or None when nothing comes close."""
    known = list(among)
    if len(name) > 2 * _SHOWN_LENGTH_MAX or len(known) > _NEAREST_AMONG_MAX:
        return None
    folded = {other.lower(): other for other in known}
    close = difflib.get_close_matches(name.lower(), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def did_you_mean(name: str, among: Iterable[str]) -> str:
    """`; did you mean "x"?`, or nothing when no name comes close."""
    guess = nearest(name, among)
    return f"; did you mean {shown(guess)}?" if guess else ""
