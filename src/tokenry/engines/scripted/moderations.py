"""The scripted engine as a moderation model: what a `refusal` directive stands in is flagged, all else is not."""

from __future__ import annotations

from typing import Any

from tokenry.engines.scripted import directives
from tokenry.engines.scripted.asked import Base
from tokenry.engines.scripted.render import Frame

_CATEGORIES = (
    "harassment", "harassment/threatening", "hate", "hate/threatening", "illicit", "illicit/violent", "self-harm",
    "self-harm/instructions", "self-harm/intent", "sexual", "sexual/minors", "violence", "violence/graphic",
)  # fmt: skip


class ModerationsRequest(Base, kw_only=True):
    """`POST /v1/moderations`."""

    input: str | list[str | dict[str, Any]]


def texts(request: ModerationsRequest) -> list[str]:
    """The things that are looked at: each text; parts are one thing."""
    if isinstance(request.input, str):
        return [request.input]
    if any(isinstance(one, dict) for one in request.input):
        return ["\n".join(str(one.get("text", "")) for one in request.input if isinstance(one, dict))]
    return [str(one) for one in request.input]


def body(frame: Frame, request: ModerationsRequest) -> dict[str, Any]:
    """The answer. As moderation models do it, it says nothing of tokens."""
    results = []
    for text in texts(request):
        flagged = directives.read(request.model, [text]).refusal is not None
        found = {name: flagged and name == "violence" for name in _CATEGORIES}
        scores = {name: 0.9 if hit else 0.01 for name, hit in found.items()}
        types = {name: ["text"] for name in _CATEGORIES}
        results.append(
            {"flagged": flagged, "categories": found, "category_scores": scores, "category_applied_input_types": types}
        )
    return {"id": frame.id.replace("cmpl-", "modr-"), "model": frame.model, "results": results}
