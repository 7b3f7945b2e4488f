"""The tree of a chat: every message has one parent, every answer and every edit is one more child of the same one.

A branch is the way from a beginning down to one message; the chat shows the branch that ends in its head. Nothing is
ever moved or taken away, so whatever two browsers do at once, both find what they wrote. Pure, over ids alone.
"""

from __future__ import annotations

from collections.abc import Mapping

Parents = Mapping[str, str | None]  # by id, in the order of making; None = a chat begins with it


def branch(parents: Parents, end: str) -> list[str]:
    """The messages from the beginning down to this one."""
    found, at = list[str](), str(end)
    while True:
        found.append(at)
        above = parents[at]
        if above is None:
            return found[::-1]
        at = above


def tip(parents: Parents, start: str) -> str:
    """Where a branch that goes through this message ends: the newest child of the newest child, and so on."""
    newest = {above: one for one, above in parents.items() if above is not None}
    at = start
    while at in newest:
        at = newest[at]
    return at


def siblings(parents: Parents, one: str) -> list[str]:
    """All children of its parent in the order of making, itself included."""
    above = parents[one]
    return [other for other, parent in parents.items() if parent == above]
