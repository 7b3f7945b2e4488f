"""In which order the letters of one line stand: left to right, right to left, or both in one line. Pure.

The Unicode Bidirectional Algorithm (https://www.unicode.org/reports/tr9/) without its invisible embedding and isolating
characters, which are taken out of a name before it is drawn.
"""

from __future__ import annotations

from unicodedata import bidirectional

_STRONG = {"L": 0, "R": 1, "AL": 1}
_NEUTRAL = frozenset({"B", "S", "WS", "ON"})
_BRACKETS = {"(": ")", "[": "]", "{": "}"}


def base_level(text: str) -> int:
    """1 for a text that begins right to left, else 0 (rules P2 and P3)."""
    for char in text:
        level = _STRONG.get(bidirectional(char))
        if level is not None:
            return level
    return 0


def levels(text: str, base: int) -> list[int]:
    """The embedding level of each character: odd ones run right to left."""
    kinds = _weak([bidirectional(char) or "L" for char in text], base)
    kinds = _neutrals(_brackets(text, kinds, base), base)
    found = []
    for kind in kinds:
        if base % 2 == 0:
            found.append(base + {"L": 0, "R": 1}.get(kind, 2))
        else:
            found.append(base + {"R": 0}.get(kind, 1))
    return found


def visual(runs: list[int]) -> list[int]:
    """The order in which runs of these levels stand from left to right (rule L2)."""
    order = list(range(len(runs)))
    for level in range(max(runs, default=0), 0, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and runs[order[end]] >= level:
                end += 1
            order[start:end] = order[start:end][::-1]
            start = max(end, start + 1)
    return order


def _weak(kinds: list[str], base: int) -> list[str]:
    """Marks, numbers and what stands between numbers (rules W1 to W7)."""
    outer = "R" if base % 2 else "L"
    kinds, strong = list(kinds), outer
    for n, kind in enumerate(kinds):
        if kind == "NSM":
            kinds[n] = kinds[n - 1] if n else outer
        if kinds[n] in {"L", "R", "AL"}:
            strong = kinds[n]
        elif kinds[n] == "EN" and strong == "AL":
            kinds[n] = "AN"
    kinds = ["R" if kind == "AL" else kind for kind in kinds]
    for n in range(1, len(kinds) - 1):
        before, kind, after = kinds[n - 1 : n + 2]
        if before == after and ((kind in {"ES", "CS"} and before == "EN") or (kind == "CS" and before == "AN")):
            kinds[n] = before
    _beside_numbers(kinds)
    kinds = ["ON" if kind in {"ES", "ET", "CS", "BN"} else kind for kind in kinds]
    strong = outer
    for n, kind in enumerate(kinds):
        if kind in {"L", "R"}:
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[n] = "L"
    return kinds


def _beside_numbers(kinds: list[str]) -> None:
    """A sign beside a number belongs to it (rule W5)."""
    for order in (range(1, len(kinds)), range(len(kinds) - 2, -1, -1)):
        step = -1 if order.step == 1 else 1
        for n in order:
            if kinds[n] == "ET" and kinds[n + step] == "EN":
                kinds[n] = "EN"


def _brackets(text: str, kinds: list[str], base: int) -> list[str]:
    """A pair of brackets goes with what is inside, or with what stands before it (rule N0)."""
    outer, inner = ("R", "L") if base % 2 else ("L", "R")
    kinds, opened = list(kinds), list[int]()
    for n, char in enumerate(text):
        if char in _BRACKETS:
            opened.append(n)
        elif opened and char == _BRACKETS[text[opened[-1]]]:
            start = opened.pop()
            within = {_side(kind) for kind in kinds[start + 1 : n] if kind not in _NEUTRAL}
            if outer in within:
                kinds[start] = kinds[n] = outer
            elif within:
                before = next((_side(kind) for kind in reversed(kinds[:start]) if kind not in _NEUTRAL), outer)
                kinds[start] = kinds[n] = inner if before == inner else outer
    return kinds


def _side(kind: str) -> str:
    return "L" if kind == "L" else "R"  # numbers count as right to left where neutrals look at them


def _neutrals(kinds: list[str], base: int) -> list[str]:
    """What stands between two directions takes theirs, if they agree, else the paragraph's (rules N1 and N2)."""
    outer = "R" if base % 2 else "L"
    kinds, n = list(kinds), 0
    while n < len(kinds):
        end = n
        while end < len(kinds) and kinds[end] in _NEUTRAL:
            end += 1
        if end > n:
            before = _side(kinds[n - 1]) if n else outer
            after = _side(kinds[end]) if end < len(kinds) else outer
            kinds[n:end] = [before if before == after else outer] * (end - n)
        n = max(end, n + 1)
    return kinds
