"""What can be asked of fields: each function makes a rule, which looks at a summary and says what it found.

A rule knows field keys, never a metric's words. What a machine cannot see it leaves unjudged.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from tokenry.corpus.papers.links import links
from tokenry.corpus.papers.scoring.paper import (
    ASSUMED,
    MET,
    NOT_APPLICABLE,
    OPEN,
    UNJUDGED,
    UNMET,
    Paper,
    Verdict,
)  # fmt: skip  # a list of names

Check = Callable[[Paper], Verdict]
DATE: Final = r"(0[1-9]|[12]\d|3[01])/(0[1-9]|1[0-2])/\d{4}"
MONTH: Final = r"(0[1-9]|1[0-2])/\d{4}"
_GENERIC: Final = re.compile(
    r"\b(info|contact|office|hello|hi|mail|support|admin|webmaster|press|sales)@", re.IGNORECASE
)
_REACH: Final = re.compile(r"[^\s@]+@[^\s@]+\.\w+|https?://|\+?\d[\d /().-]{6,}")


class Rule(NamedTuple):
    """The keys of the fields that it looks at, and how."""

    keys: tuple[str, ...]
    check: Check


def filled(*keys: str) -> Rule:
    """Every field states something; not applicable where none of them applies."""
    return Rule(keys, lambda paper: _stands(paper, keys) or Verdict(MET, "stated"))


def any_filled(*keys: str) -> Rule:
    """One of the fields states something."""

    def check(paper: Paper) -> Verdict:
        found = [verdict for key in keys if (verdict := _stands(paper, (key,))) is not None]
        return Verdict(MET, "stated") if len(found) < len(keys) else found[0]

    return Rule(keys, check)


def matching(key: str, pattern: str, what: str) -> Rule:
    """The field states something, and the pattern is in it."""
    wanted = re.compile(pattern, re.IGNORECASE)
    return satisfying(key, lambda paper: bool(wanted.search(paper.value(key))), what)


def exactly(key: str, pattern: str, what: str) -> Rule:
    """The field is of that form and says no more."""
    wanted = re.compile(pattern)
    return satisfying(key, lambda paper: bool(wanted.fullmatch(paper.value(key).strip())), what)


def satisfying(key: str, holds: Callable[[Paper], bool], what: str) -> Rule:
    """The field states something, and the condition holds of the summary."""

    def check(paper: Paper) -> Verdict:
        stood = _stands(paper, (key,))
        return stood or (Verdict(MET, what) if holds(paper) else Verdict(UNMET, f"wanted: {what}"))

    return Rule((key,), check)


def linked(key: str) -> Rule:
    """A link is in it."""
    return satisfying(key, lambda paper: any(links(paper.value(key))), "a link")


def each_line(key: str, pattern: str, what: str) -> Rule:
    """Every line of the field has the pattern."""
    wanted = re.compile(pattern, re.IGNORECASE)
    return satisfying(key, lambda paper: all(map(wanted.search, paper.lines(key))), what)


def reachable(key: str) -> Rule:
    """An address, a link or a number is in it."""
    return satisfying(key, lambda paper: bool(_REACH.search(paper.value(key))), "an address, a link or a number")


def particular(key: str) -> Rule:
    """It is no box for everything."""
    return satisfying(key, lambda paper: not _GENERIC.search(paper.value(key)), "no box for everything, such as info@")


def right(*keys: str, unless: Callable[[Paper], str] = lambda _: "") -> Rule:
    """Accurate: met where the set computed it, taken to be so where a person said it, unless the summary contradicts.

    Args:
        keys: of the fields.
        unless: words of a contradiction; empty where there is none.
    """

    def check(paper: Paper) -> Verdict:
        if (stood := _stands(paper, _said(paper, keys))) is not None:
            return stood
        if wrong := unless(paper):
            return Verdict(UNMET, wrong)
        own = all(paper.by(key) in ("set", "none") for key in _said(paper, keys))
        return Verdict(MET, "computed from the set") if own else Verdict(ASSUMED, "a person's; nothing contradicts it")

    return Rule(keys, check)


def judged(*keys: str) -> Rule:
    """Relevant, clear, pertinent: for a person to judge; words of the set's own are the same in every summary."""

    def check(paper: Paper) -> Verdict:
        if (stood := _stands(paper, _said(paper, keys))) is not None:
            return stood
        if all(paper.by(key) in ("set", "none") for key in _said(paper, keys)):
            return Verdict(ASSUMED, "written by rule")
        return Verdict(UNJUDGED, "somebody must judge it")

    return Rule(keys, check)


def looked_at(what: str) -> Rule:
    """What only looking outside of the summary can tell."""
    return Rule((), lambda _: Verdict(UNJUDGED, what))


def later(rule: Rule) -> Rule:
    """It applies to second and later versions of a summary alone."""

    def check(paper: Paper) -> Verdict:
        if paper.first_version:
            return Verdict(NOT_APPLICABLE, "this is the first version")
        if paper.by("previous_versions") == "open":
            return Verdict(OPEN, "a person must say: previous_versions")
        return rule.check(paper)

    return Rule(("previous_versions", *rule.keys), check)


def unless_says(key: str, word: str, rule: Rule) -> Rule:
    """It does not apply where a field begins with a word, such as `none`."""

    def check(paper: Paper) -> Verdict:
        if paper.value(key).lower().startswith(word):
            return Verdict(NOT_APPLICABLE, f"{key}: {word}")
        return rule.check(paper)

    return Rule((key, *rule.keys), check)


def where(holds: Callable[[Paper], bool], otherwise: str, rule: Rule) -> Rule:
    """It applies where something holds of the summary."""

    def check(paper: Paper) -> Verdict:
        return rule.check(paper) if holds(paper) else Verdict(NOT_APPLICABLE, otherwise)

    return Rule(rule.keys, check)


def said_yes(opening: tuple[str, ...], rule: Rule) -> Rule:
    """It applies where one of the openings of a section says yes; it is open while nobody has said."""

    def check(paper: Paper) -> Verdict:
        values = [paper.value(key).lower() for key in opening]
        if any(value.startswith("yes") for value in values):
            return rule.check(paper)
        if any(paper.by(key) == "open" for key in opening):
            return Verdict(OPEN, f"{', '.join(opening)}: nobody has said")
        return Verdict(NOT_APPLICABLE, f"{', '.join(opening)}: no")

    return Rule((*opening, *rule.keys), check)


def _said(paper: Paper, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Without those that nobody had to fill in and nobody did; all, where that leaves none."""
    return tuple(key for key in keys if paper.by(key) != "free") or keys


def _stands(paper: Paper, keys: tuple[str, ...]) -> Verdict | None:
    """Why nothing can be read in these fields; None where all of those that apply state something."""
    states = {key: paper.by(key) for key in keys}
    if all(state == "none" for state in states.values()):
        return Verdict(NOT_APPLICABLE, paper.value(keys[0]).partition(": ")[2] or "not asked")
    if waiting := [key for key, state in states.items() if state == "open"]:
        return Verdict(OPEN, f"a person must say: {', '.join(waiting)}")
    if silent := [key for key, state in states.items() if state == "free"]:
        return Verdict(UNMET, f"a person may say: {', '.join(silent)}")
    return None
