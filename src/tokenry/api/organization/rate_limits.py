"""How fast a project may go with each model: `/v1/organization/projects/{project_id}/rate_limits`.

Every model that is served has a line, whether or not a limit was set: what is not set is the default of each key.
"""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import quote

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tokenry.access import LIMIT_MAX, LimitChange, ProjectLimit, project_limits, set_project_limit
from tokenry.api.guarded import Call, Guarded, Page, Paged, Taken, listed
from tokenry.base.errors import InvalidRequest, NotFound

PerMinute = Annotated[int, Meta(ge=0, le=LIMIT_MAX)]
_PREFIX = "rl-"


class RateLimitShape(msgspec.Struct, kw_only=True):
    """One line, as OpenAI shows it."""

    id: str
    model: str
    max_requests_per_1_minute: int
    max_tokens_per_1_minute: int
    object: Literal["project.rate_limit"] = "project.rate_limit"


class ListRateLimits(Paged, kw_only=True, frozen=True):
    """Which page: after an id, or the one before."""

    limit: Annotated[int, Meta(ge=1, le=100)] = 100
    before: str | None = None


class UpdateRateLimit(Taken, kw_only=True, frozen=True):
    """New numbers; `null` takes the project's bound away, so that each key's own holds again.

    What else OpenAI counts (images, audio, batches, requests per day) is not counted here and is refused.
    """

    max_requests_per_1_minute: PerMinute | UnsetType | None = UNSET
    max_tokens_per_1_minute: PerMinute | UnsetType | None = UNSET
    max_images_per_1_minute: int | None = None
    max_audio_megabytes_per_1_minute: int | None = None
    max_requests_per_1_day: int | None = None
    batch_1_day_max_input_tokens: int | None = None


def listing(call: Call) -> Page[RateLimitShape]:
    """List a project's rate limits. One line a model, in the catalogue's order."""
    ask: ListRateLimits = call.query
    found = project_limits(call.rooms.desk.db, call.path["project_id"])
    names = dict.fromkeys([model.name for model in call.rooms.router.catalogue.models] + sorted(found))
    lines = [shape(call, found.get(name) or ProjectLimit(call.path["project_id"], name)) for name in names]
    if ask.before is not None:
        ids = [line.id for line in lines]
        if ask.before not in ids:
            raise InvalidRequest("`before` names nothing in this list", param="before")
        lines = lines[max(0, ids.index(ask.before) - ask.limit) : ids.index(ask.before)]
    return listed(lines, ask, lambda line: line.id, lambda line: line)


def update(call: Call) -> RateLimitShape:
    """Set a project's rate limit for a model. All keys of the project share it, beside the limits of their own."""
    ask: UpdateRateLimit = call.body
    for name in _UNCOUNTED:
        if getattr(ask, name) is not None:
            words = "is not counted here; there are max_requests_per_1_minute and max_tokens_per_1_minute"
            raise InvalidRequest(f"{name} {words}", param=name)
    place = (call.path["project_id"], _model(call))
    change = LimitChange(ask.max_requests_per_1_minute, ask.max_tokens_per_1_minute)
    return shape(call, set_project_limit(call.rooms.desk, call.actor, place, change))


def shape(call: Call, one: ProjectLimit) -> RateLimitShape:
    """A line as it is shown: the keys' default where nothing is set."""
    keys, requests, tokens = call.rooms.config.limits, one.requests_per_minute, one.tokens_per_minute
    return RateLimitShape(
        id=_PREFIX + quote(one.model, safe=""),
        model=one.model,
        max_requests_per_1_minute=keys.requests_per_minute if requests is None else requests,
        max_tokens_per_1_minute=keys.tokens_per_minute if tokens is None else tokens,
    )


def _model(call: Call) -> str:
    """The model that an id means: `rl-` and its name, in which a slash is written as %2F. Raises NotFound."""
    asked = call.path["rate_limit_id"]
    served = {_PREFIX + quote(model.name, safe=""): model.name for model in call.rooms.router.catalogue.models}
    set_before = project_limits(call.rooms.desk.db, call.path["project_id"])
    known = {_PREFIX + quote(name, safe=""): name for name in set_before} | served
    if asked not in known:
        raise NotFound(f"There is no rate limit {asked[:100]!r}: it is rl- and a model's name.", param="rate_limit_id")
    return known[asked]


_UNCOUNTED = (
    "max_images_per_1_minute",
    "max_audio_megabytes_per_1_minute",
    "max_requests_per_1_day",
    "batch_1_day_max_input_tokens",
)
_ALL = "/v1/organization/projects/{project_id}/rate_limits"
ROUTES = (
    Guarded("GET", _ALL, "limits.read", listing, asks=ListRateLimits),
    Guarded(
        "POST", f"{_ALL}/{{rate_limit_id}}", "limits.write", update, takes=UpdateRateLimit,
        example={"max_requests_per_1_minute": 600, "max_tokens_per_1_minute": 100_000}, changes=True,
    ),
)  # fmt: skip
