"""What a moderation request says and what is answered. Source: OpenAI's OpenAPI document 2.3.0, Moderations."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from tokenry.api.openai.fields import ModelName, Part
from tokenry.base.limits import EMBEDDING_INPUTS_MAX


class Moderation(msgspec.Struct):
    """A moderation's request. Members that are not named here pass through to the engine as they are."""

    input: Annotated[
        str
        | Annotated[
            list[Annotated[str | Part, Meta(description="Texts; or parts, `text` and `image_url`, of one thing.")]],
            Meta(min_length=1, max_length=EMBEDDING_INPUTS_MAX),
        ],
        Meta(description="A text, several, or parts of one thing: texts and images."),
    ]
    model: Annotated[
        ModelName | None, Meta(description="A moderation model; without it the first one that the key may use.")
    ] = None


class Found(msgspec.Struct):
    """What was found in one input. Which categories there are is the model's to say."""

    flagged: bool
    categories: dict[str, bool]
    category_scores: dict[str, float]
    category_applied_input_types: dict[str, list[str]] | None = None


class ModerationList(msgspec.Struct):
    """What was found, input by input."""

    id: str
    model: str
    results: list[Found]
