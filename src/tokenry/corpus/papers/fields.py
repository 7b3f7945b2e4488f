"""One field of the template, and the desk at which fields are filled: from the set, by a person, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tokenry.corpus.papers.answers import QUESTIONS, Answers

By = Literal["set", "person", "both", "open", "free", "none"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the template.

    Args:
        section: its number there, such as `2.3.h`.
        key: its name in `summary.json`; where a person is asked, the key of the answer.
        label: what it asks.
        value: what is stated; None while a person has not said it.
        by: who states it: `set` (computed), `person` (answered), `both`
            (figures of the set among a person's words), `open` (a person must), `free` (a person may),
            `none` (it does not apply, and the value says why).
    """

    section: str
    key: str
    label: str
    value: str | None
    by: By


class Desk:
    """Makes fields. Knows a person's answers, and nothing of the set."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers

    def said(self, key: str) -> str:
        """An answer; empty where there is none."""
        return self.answers.said.get(key, "")

    def asked(self, key: str) -> Field:
        """A question of `QUESTIONS`."""
        one = QUESTIONS[key]
        value = self.answers.said.get(key)
        by: By = "person" if value else "free" if one.optional else "open"
        return Field(one.section, key, one.label, value, by)

    def unless(self, applies: bool, key: str, why: str) -> Field:
        """A question that is asked only where it applies."""
        return self.asked(key) if applies else none(QUESTIONS[key].section, key, QUESTIONS[key].label, why)


def stated(section: str, key: str, label: str, value: str) -> Field:
    """What the set itself says."""
    return Field(section, key, label, value, "set")


def none(section: str, key: str, label: str, why: str) -> Field:
    """What does not apply."""
    return Field(section, key, label, f"not applicable: {why}", "none")


def whether(answer: str) -> bool:
    """Whether an answer begins with yes."""
    return answer.lower().startswith("yes")


def by_key(fields: list[Field]) -> Mapping[str, Field]:
    """Fields by their keys, each of which stands once."""
    found = {one.key: one for one in fields}
    assert len(found) == len(fields)
    return found
