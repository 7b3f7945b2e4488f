"""Answers in other forms than JSON: which one is meant, by `?format=` or by what the caller accepts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

JSON = "application/json"


@dataclass(frozen=True)
class Form:
    """Another form of an answer.

    Args:
        name: what `format` in the query calls it. media: its media type.
        render: the answer's text.
        headers: of the answer, beside its type.
    """

    name: str
    media: str
    render: Callable[[Any, Any], str | bytes]  # (call, what the route's answer gave)
    headers: Callable[[Any, Any], Mapping[str, str]] = field(default=lambda _call, _given: {})


def chosen(forms: Sequence[Form], wanted: str | None, accept: str) -> Form | None:
    """The form that is meant; None = JSON.

    Args:
        wanted: its name in the query; goes before what is accepted.
        accept: the header. Of what weighs the same JSON is meant, then what comes first here.
    """
    if wanted is not None:
        return next((form for form in forms if form.name == wanted), None)
    weights = _weights(accept)
    best, most = None, max(weights.get(JSON, 0.0), weights.get("*/*", 0.0), 0.001)
    for form in forms:
        weight = weights.get(form.media.partition(";")[0], 0.0)
        if weight > most:
            best, most = form, weight
    return best


def _weights(accept: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in accept[:1000].split(","):
        media, *parameters = (word.strip().lower() for word in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                try:
                    weight = float(value)
                except ValueError:
                    weight = 0.0
        found[media] = weight if 0.0 <= weight <= 1.0 else 0.0
    return found
