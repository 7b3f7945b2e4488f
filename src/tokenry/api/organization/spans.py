"""What usage and costs have in common: which buckets are meant, whose use may be seen, and pages of buckets.

Buckets lie on whole minutes, hours and days of UTC; one that is asked for in part is given whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Generic, Literal, TypeVar

import msgspec
from msgspec import Meta

from tokenry.api.guarded import Call, Query
from tokenry.base.clock import NS_PER_S, isoformat
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.storage import Narrowed

R = TypeVar("R")
NAMES_MAX = 100
LIMIT_MAX = 1440
ROWS_MAX = 20_000  # of one page, so that no answer keeps everybody else waiting while it is written
_MARK = "page_"
_WIDTHS = {"1m": 60, "1h": 3600, "1d": 86_400}
_USUAL = {"1m": 60, "1h": 24, "1d": 7}
_MOST = {"1m": LIMIT_MAX, "1h": 168, "1d": 31}

Width = Literal["1m", "1h", "1d"]
Seconds = Annotated[int, Meta(ge=0, le=2**33)]
Names = Annotated[tuple[str, ...], Meta(max_length=NAMES_MAX)]


class Timed(Query, kw_only=True, frozen=True):
    """Which time, in which pages. Times are seconds since the epoch; `end_time` None = now."""

    start_time: Seconds
    end_time: Seconds | None = None
    limit: Annotated[int, Meta(ge=1, le=LIMIT_MAX)] | None = None
    page: Annotated[str, Meta(max_length=40)] | None = None
    project_ids: Names | None = None


class Bucket(msgspec.Struct, Generic[R], kw_only=True):
    """One stretch of time, its end not included; seconds since the epoch."""

    start_time: int
    end_time: int
    results: list[R]
    object: Literal["bucket"] = "bucket"


class Buckets(msgspec.Struct, Generic[R], kw_only=True):
    """One page of buckets, in order. `next_page` is what `page` of the next one takes, when `has_more`."""

    data: list[Bucket[R]]
    has_more: bool
    next_page: str | None
    object: Literal["page"] = "page"


@dataclass(frozen=True, slots=True)
class Span:
    """The buckets of one page: from `start` up to, not including, `end`, each `width` seconds long.

    `more`: whether others follow.
    """

    start: int
    end: int
    width: int
    more: bool

    def paged(self, results: Callable[[int], Iterable[R]]) -> Buckets[R]:
        """The page, with the results of each bucket by its start."""
        return Buckets(
            data=[
                Bucket(start_time=start, end_time=start + self.width, results=list(results(start)))
                for start in range(self.start, self.end, self.width)
            ],
            has_more=self.more,
            next_page=f"{_MARK}{self.end}" if self.more else None,
        )


def span_of(call: Call, ask: Timed, width: Width, most: int | None = None) -> Span:
    """The buckets that are asked for.

    Args:
        most: how many a page may have, where that is not what the width says.

    Raises:
        InvalidRequest: the times make no sense, the page is none of ours, or there are too many buckets in it.
    """
    step, limit = _WIDTHS[width], ask.limit or _USUAL[width]
    most = most or _MOST[width]
    if limit > most:
        raise InvalidRequest(f"limit is at most {most} with bucket_width={width}", param="limit")
    now = call.rooms.clock.now_ns() // NS_PER_S + 1  # so that the second that has just begun is in it
    last = now if ask.end_time is None else min(ask.end_time, now)
    if ask.end_time is not None and ask.end_time <= ask.start_time:
        raise InvalidRequest("end_time must lie after start_time", param="end_time")
    first, end = ask.start_time - ask.start_time % step, last + -last % step
    start = first if ask.page is None else _start(ask.page, step, first, end)
    stop = max(start, min(end, start + limit * step))
    earliest = call.rooms.buckets.minutes_from if width == "1m" else 0
    if start < earliest:
        told = isoformat(earliest * NS_PER_S)
        raise InvalidRequest(f"minutes are kept from {told} on; ask for bucket_width=1h or 1d", param="start_time")
    return Span(start, stop, step, stop < end)


def bounded(rows: list[R]) -> list[R]:
    """The rows of one page, looked for up to ROWS_MAX + 1. Raises InvalidRequest when they are too many."""
    if len(rows) > ROWS_MAX:
        raise InvalidRequest(
            f"one page would have more than {ROWS_MAX} results; ask for fewer buckets (limit), or group by less",
            param="limit",
        )
    return rows


def narrowed(call: Call, project_ids: tuple[str, ...] | None, key_ids: tuple[str, ...] | None = None) -> Narrowed:
    """Whose use may be seen: of the organization, or of projects, as `usage.read` says; and everybody's own.

    A project's key adds up its person's use of that project alone: it is in too many hands.

    Raises:
        NotFound: there is no such project for whoever asks. PermissionDenied: what is in it is not theirs to see.
    """
    actor = call.actor
    for project_id in project_ids or ():
        project = call.rooms.people.roster.projects.get(project_id)
        if project is None or project.organization_id != actor.organization_id or not actor.sees(project_id):
            raise NotFound(f"There is no project {project_id[:100]!r}.", param="project_ids")
        if actor.user_id is None:
            actor.require("usage.read", project_id)
    if actor.kind == "api_key":
        project_ids = project_ids or tuple(actor.within)
    within = None
    if not actor.may("usage.read"):
        within = tuple(sorted(project_id for project_id in actor.within if actor.may("usage.read", project_id)))
    return Narrowed(
        actor.organization_id, project_ids=project_ids, key_ids=key_ids, within=within, user_own=actor.user_id
    )


def _start(page: str, step: int, first: int, end: int) -> int:
    digits = page.removeprefix(_MARK)
    if page.startswith(_MARK) and digits.isascii() and digits.isdigit():
        start = int(digits)
        if start % step == 0 and first <= start < end:
            return start
    raise InvalidRequest("this page is none that `next_page` named for the same times and width", param="page")
