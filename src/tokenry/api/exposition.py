"""Prometheus's text format: families with their samples, as a scrape wants them.

Knows the format and nothing of what is measured.
Source: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Kind = Literal["counter", "gauge", "histogram"]
Labels = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """One metric: its name (a counter's without `_total`), kind, words for people, and the names of its labels."""

    name: str
    kind: Kind
    words: str
    labels: Labels = ()


@dataclass(frozen=True, slots=True)
class Buckets:
    """One histogram: upper bounds in the metric's unit, counts (one more than bounds), the sum of all values.

    `total` is None where nobody adds the values up; the sum is left out then.
    """

    bounds: Sequence[float]
    counts: Sequence[int]
    total: float | None


class Page:
    """The answer to one scrape, family by family."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def add(self, family: Family, samples: Iterable[tuple[Labels, float | Buckets]]) -> None:
        """Write a family with all its samples; label values stand in the order of the family's label names."""
        name = family.name + ("_total" if family.kind == "counter" else "")
        self._lines.append(f"# HELP {name} {_escaped(family.words)}\n# TYPE {name} {family.kind}\n")
        for values, value in samples:
            pairs = [
                f'{label}="{_escaped(text, quote=True)}"' for label, text in zip(family.labels, values, strict=True)
            ]
            if isinstance(value, Buckets):
                self._histogram(name, pairs, value)
            else:
                self._lines.append(_sample(name, pairs, value))

    def one(self, family: Family, value: float) -> None:
        """Write a family that has no labels."""
        self.add(family, [((), value)])

    def text(self) -> bytes:
        """The whole page."""
        return "".join(self._lines).encode()

    def _histogram(self, name: str, pairs: list[str], value: Buckets) -> None:
        seen = 0
        for bound, count in zip((*value.bounds, None), value.counts, strict=True):
            seen += count
            le = "+Inf" if bound is None else repr(float(bound))
            self._lines.append(_sample(f"{name}_bucket", [*pairs, f'le="{le}"'], seen))
        if value.total is not None:
            self._lines.append(_sample(f"{name}_sum", pairs, value.total))
        self._lines.append(_sample(f"{name}_count", pairs, seen))


def _sample(name: str, pairs: list[str], value: float) -> str:
    labels = "{" + ",".join(pairs) + "}" if pairs else ""
    return f"{name}{labels} {value!r}\n"


def _escaped(text: str, *, quote: bool = False) -> str:
    text = text.replace("\\", "\\\\").replace("\n", "\\n")
    return text.replace('"', '\\"') if quote else text
