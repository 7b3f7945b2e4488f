"""What somebody may choose of how a model answers: for a chat, for an assistant, for one question."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh"]


class Parameters(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is chosen; what is not named is the model's own."""

    temperature: Annotated[float, Meta(ge=0, le=2)] | None = None
    top_p: Annotated[float, Meta(gt=0, le=1)] | None = None
    max_output_tokens: Annotated[int, Meta(ge=1, le=10_000_000)] | None = None
    reasoning_effort: Effort | None = None

    def over(self, below: Parameters) -> Parameters:
        """These, and those of `below` where these say nothing."""
        return Parameters(**{**_said(below), **_said(self)})


def _said(parameters: Parameters) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(parameters).items() if value is not None}


def read_parameters(kept: Any) -> Parameters:
    """Parameters as a row keeps them; what a later Tokenry wrote and this one does not know is left out."""
    known = kept if isinstance(kept, dict) else {}
    try:
        return msgspec.convert({n: v for n, v in known.items() if n in Parameters.__struct_fields__}, Parameters)
    except msgspec.ValidationError:
        return Parameters()


def kept(parameters: Parameters) -> dict[str, Any] | None:
    """Parameters as a row keeps them."""
    return _said(parameters) or None
