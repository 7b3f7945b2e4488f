"""The paths of OpenAI's API that nothing answers here: which feature each belongs to, and whether that is planned.

Asked only when no route has answered, so what is served goes before this table by itself. Source: the paths of OpenAI's
OpenAPI document 2.3.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tokenry.api.unbuilt import NotBuilt

Plan = Literal["planned", "last", "no"]
_PLANS: dict[Plan, str] = {
    "planned": "It is planned",
    "last": "It is planned, after everything else",
    "no": "It is not planned",
}


@dataclass(frozen=True, slots=True)
class Feature:
    """Something of OpenAI's API.

    Args:
        name: with its verb, to stand before "not built here".
        paths: where it lies; whatever lies below belongs to it. `{}` is any one segment.
        instead: a sentence for whoever needs it.
        methods: with which.
    """

    name: str
    paths: tuple[str, ...]
    plan: Plan
    instead: str = ""
    methods: frozenset[str] = frozenset({"GET", "POST", "DELETE"})

    @property
    def told(self) -> str:
        """What to say to whoever asks for it."""
        return f"{self.name} not built here. {_PLANS[self.plan]}. {self.instead}".rstrip()


FEATURES: tuple[Feature, ...] = (
    Feature(
        "assistants and threads are", ("/v1/assistants", "/v1/threads"), "no",
        "OpenAI has replaced them by /v1/responses and /v1/conversations.",
    ),
    Feature(
        "ChatKit is", ("/v1/chatkit",), "no",
        "Its sessions belong to pages that OpenAI hosts; /v1/responses serves a chat of your own.",
    ),
    Feature("made voices are", ("/v1/audio/voice_consents", "/v1/audio/voices"), "no"),
    Feature(
        "containers for a code interpreter are", ("/v1/containers",), "no",
        "Run code in your own application, as a function tool.",
    ),
    Feature("checks of where content comes from are", ("/v1/content_provenance_checks",), "no"),
    Feature("evals are", ("/v1/evals",), "planned", "They come with training and fine-tuning."),
    Feature("fine-tuning is", ("/v1/fine_tuning",), "planned"),
    Feature(
        "the deletion of fine-tuned models is", ("/v1/models/{}",), "planned",
        "It comes with fine-tuning; what is served stands in the configuration.", frozenset({"DELETE"}),
    ),
    Feature("the making of images is", ("/v1/images",), "no", "Models that see take images in messages."),
    Feature(
        "client certificates are", ("/v1/organization/certificates", "/v1/organization/projects/{}/certificates"), "no",
        "A TLS proxy in front can ask for them.",
    ),
    Feature(
        "permissions for hosted tools are", ("/v1/organization/projects/{}/hosted_tool_permissions",), "no",
        "No tool is hosted here.",
    ),
    Feature("the realtime API is", ("/v1/realtime",), "no", "/v1/responses answers over a WebSocket, in text."),
    Feature("skills are", ("/v1/skills",), "no", "Put their instructions into the request."),
    Feature(
        "vector stores are", ("/v1/vector_stores",), "no",
        "/v1/embeddings gives the vectors; keep them in a store of your own.",
    ),
    Feature("videos are", ("/v1/videos",), "last"),
)  # fmt: skip


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile("[^/]+".join(map(re.escape, path.split("{}"))) + r"(?:/.+)?")


_ROWS = [(_pattern(path), feature) for feature in FEATURES for path in feature.paths]


def features(method: str, path: str) -> Iterator[Feature]:
    """The features that a path of OpenAI's belongs to, asked with this method."""
    for pattern, feature in _ROWS:
        if pattern.fullmatch(path) is not None and method in feature.methods:
            yield feature


def unserved(method: str, path: str) -> NotBuilt | None:
    """What to say of a path that nothing answers; None when it is none of OpenAI's either."""
    feature = next(features(method, path), None)
    return None if feature is None else NotBuilt(feature.told)
