"""robots.txt and ai.txt: groups of rules for crawlers, and which rule speaks about a path.

Source: RFC 9309 (longest pattern wins, `allow` wins a tie, `*` and `$`), the working group's draft about the line
`Content-Usage` in a group, and the lines `Content-Signal` and `License` as they are found in the wild. ai.txt has the
same grammar. A file is hostile: what is no rule is passed over, and matching takes time in its length alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import unquote

SIZE_MAX = 500 * 1024  # bytes of a file that are read, as RFC 9309 says at least
LICENCES_MAX = 16  # that a file names and are kept
_USAGES = ("content-usage", "content-signal")
_RULES = ("allow", "disallow", *_USAGES)


class Rule(NamedTuple):
    """A line: what it says of the paths that its pattern fits."""

    key: str  # allow, disallow, content-usage, content-signal
    pattern: str
    words: str  # the line as it came, its comment left out


@dataclass(slots=True)
class Group:
    """Rules for some crawlers, named in lower case; `*` is whoever has no group of its own."""

    agents: list[str] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)


class Robots(NamedTuple):
    """A parsed file: its groups, and the licences that it names for the whole site."""

    groups: tuple[Group, ...]
    licences: tuple[str, ...]


def parsed(body: str) -> Robots:
    """The groups of a file, in order."""
    groups: list[Group] = []
    licences: list[str] = []
    named = False  # whether the last line named a crawler: several may share a group
    for line in body.removeprefix("\ufeff").splitlines():
        key, colon, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if not colon:
            continue
        if key == "user-agent":
            if not named:
                groups.append(Group())
            groups[-1].agents.append(_product(value))
            named = True
        elif key == "license":
            licences.append(value)
        elif groups and key in _RULES:
            named = False  # by a rule that forbids nothing, too: `Disallow:` alone
            if (rule := _rule(key, value)) is not None:
                groups[-1].rules.append(rule)
    return Robots(tuple(groups), tuple(dict.fromkeys(licences))[:LICENCES_MAX])


def _product(value: str) -> str:
    """A crawler's name without its version: `gptbot` of `GPTBot/1.2 (by whom)`."""
    return next(iter(value.lower().partition("/")[0].split()), "")


def _rule(key: str, value: str) -> Rule | None:
    if key in ("allow", "disallow") and value:
        return Rule(key, value, f"{key.capitalize()}: {value}")
    if key in _USAGES and value:
        path, blank, rest = value.partition(" ")
        has_path = bool(blank) and path.startswith("/")
        return Rule(key, path if has_path else "/", rest.strip() if has_path else value)
    return None


def rules_for(robots: Robots, agent: str) -> list[Rule]:
    """The rules that a crawler follows: of the groups that name it, else of those for `*`."""
    name = agent.lower()
    own = [group for group in robots.groups if name in group.agents]
    chosen = own or [group for group in robots.groups if "*" in group.agents]
    return [rule for group in chosen for rule in group.rules]


def grouped(robots: Robots, agents: Iterable[str]) -> list[tuple[list[Rule], list[str]]]:
    """Each list of rules once, with the crawlers that follow it: most sites have one for all of them."""
    found: dict[tuple[Rule, ...], list[str]] = {}
    for agent in agents:
        found.setdefault(tuple(rules_for(robots, agent)), []).append(agent)
    return [(list(rules), names) for rules, names in found.items()]


def forbidding(rules: Iterable[Rule], path: str) -> Rule | None:
    """The rule that forbids a path (with its query); None when nothing does, or a longer one allows it."""
    found: Rule | None = None
    for rule in rules:
        if rule.key not in ("allow", "disallow") or not fits(rule.pattern, path):
            continue
        length = -1 if found is None else len(found.pattern)
        if len(rule.pattern) > length or (len(rule.pattern) == length and rule.key == "allow"):
            found = rule
    return found if found is not None and found.key == "disallow" else None


def usage(rules: Iterable[Rule], path: str, key: str) -> Rule | None:
    """The most exact line of this key (`content-usage`, `content-signal`) about a path."""
    fitting = [rule for rule in rules if rule.key == key and fits(rule.pattern, path)]
    return max(fitting, key=lambda rule: len(rule.pattern), default=None)


def fits(pattern: str, path: str) -> bool:
    """Whether a pattern with `*` and a last `$` fits the beginning of a path. Linear in both, whatever they hold."""
    ends = pattern.endswith("$")
    pieces = [unquote(piece) for piece in (pattern[:-1] if ends else pattern).split("*")]
    path = unquote(path)
    if not path.startswith(pieces[0]):
        return False
    at = len(pieces[0])
    if len(pieces) == 1:
        return not ends or at == len(path)
    for piece in pieces[1:-1]:
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    if ends:
        return path.endswith(pieces[-1]) and len(path) - len(pieces[-1]) >= at
    return path.find(pieces[-1], at) >= 0
