"""Models as Anthropic's API lists them, for clients that say they speak it (`anthropic-version`).

Source: https://platform.claude.com/docs/en/api/models/list
"""

from __future__ import annotations

from collections.abc import Mapping

from tokenry.api.messages.answers import MessagesModel, MessagesModelList
from tokenry.base.clock import NS_PER_S, isoformat
from tokenry.router import ModelEntry

MESSAGES_VERSION = "anthropic-version"


def speaks_messages(path: str, headers: Mapping[str, str]) -> bool:
    """Whether a request is one of Anthropic's API: by its path, or by a header that all its clients send."""
    return path.startswith("/v1/messages") or MESSAGES_VERSION in headers


def shown(entry: ModelEntry, started_at: int) -> MessagesModel:
    """One model; `started_at` (seconds since the epoch) stands for when it was made, which nobody says."""
    return MessagesModel(
        type="model",
        id=entry.name,
        display_name=entry.name,
        created_at=isoformat(started_at * NS_PER_S),
        max_tokens=entry.max_output_tokens,
        max_input_tokens=entry.context_length,
    )


def listed(models: list[MessagesModel]) -> MessagesModelList:
    """All of them, on one page."""
    names = [model.id for model in models]
    return MessagesModelList(models, False, names[0] if names else None, names[-1] if names else None)
