"""What a programme says of itself: its tiers, the questions it asks, how it scores, what it wants to be thanked with.

A document that officers write and applicants read; it is hostile until decoded, and `refuse_nonsense` sees what types
cannot. Amounts are whole units of the programme: tokens, or nano-USD. Pure.

The words are those of research allocations: tiers as in ACCESS (Explore, Discover, Accelerate, Maximize), rubric,
period of performance, acknowledgement. Source: https://allocations.access-ci.org/project-types
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from tokenry.base.errors import InvalidRequest
from tokenry.base.units import AMOUNT_MAX

Name = Annotated[str, Meta(min_length=1, max_length=100)]
Slug = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Words = Annotated[str, Meta(max_length=10_000)]
Amount = Annotated[int, Meta(ge=1, le=AMOUNT_MAX)]
Days = Annotated[int, Meta(ge=1, le=3660)]
Percent = Annotated[int, Meta(ge=1, le=100_000)]
UnitName = Literal["tokens", "usd"]
FieldKind = Literal["text", "long_text", "number", "choice", "yes_no", "url"]
Exhaustion = Literal["block", "downgrade", "low_priority"]


class Tier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much may be asked for, and for how long. `reviews`: how many scores it takes before a decision."""

    name: Name
    amount_max: Amount
    days: Days = 365
    reviews: Annotated[int, Meta(ge=0, le=20)] = 0
    about: Words = ""


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question on the application's form.

    `choices` are the answers to a `choice`; `words_max` bounds a `text` or a `long_text`, None = no bound.
    """

    id: Slug
    label: Name
    kind: FieldKind = "text"
    required: bool = True
    choices: tuple[Name, ...] = ()
    help: Words = ""
    words_max: Annotated[int, Meta(ge=1, le=10_000)] | None = None


class Criterion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the rubric: whole points from 0 to `points_max`, which count `weight` times."""

    id: Slug
    label: Name
    points_max: Annotated[int, Meta(ge=1, le=100)] = 5
    weight: Annotated[int, Meta(ge=1, le=100)] = 1
    help: Words = ""


class TokenWeights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many of an award's tokens one token of a class takes, in thousandths; 1000 = one for one."""

    input: Annotated[int, Meta(ge=0, le=1_000_000)] = 1000
    cached_input: Annotated[int, Meta(ge=0, le=1_000_000)] = 1000
    cache_write: Annotated[int, Meta(ge=0, le=1_000_000)] = 1000
    output: Annotated[int, Meta(ge=0, le=1_000_000)] = 1000
    reasoning: Annotated[int, Meta(ge=0, le=1_000_000)] = 1000


class Share(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One contributor's part in what stands behind a pool; parts are counted in `share`s of all."""

    contributor: Name
    share: Annotated[int, Meta(ge=1, le=1_000_000)] = 1


class Fleet(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="fleet"):
    """Machines: how many accelerators, at how many tokens a second each, and where that rate was measured.

    `power_w` is what one draws at work, None when unknown; `available_percent` of the time they are the programme's.
    """

    accelerators: Annotated[int, Meta(ge=1, le=10_000_000)]
    tokens_per_second: Annotated[int, Meta(ge=1, le=100_000_000)]
    measured: Words
    power_w: Annotated[int, Meta(ge=1, le=100_000)] | None = None
    available_percent: Annotated[int, Meta(ge=1, le=100)] = 100
    shares: tuple[Share, ...] = ()


class Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="provider"):
    """A provider's tokens: nano-USD per 1,000,000 of them, and the money there is for it."""

    name: Name
    nanousd_per_million: Annotated[int, Meta(ge=1, le=AMOUNT_MAX)]
    money: Amount
    tokens_per_second: Annotated[int, Meta(ge=1, le=1_000_000_000)] | None = None
    shares: tuple[Share, ...] = ()


Backing: TypeAlias = Fleet | Provider


class Restrictions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an award may be drawn for; None = everything. Rates are of each award of its own."""

    models: tuple[Name, ...] | None = None
    endpoints: tuple[Slug, ...] | None = None
    tiers: tuple[Literal["default", "flex", "priority", "batch"], ...] | None = None
    purposes: tuple[Slug, ...] | None = None
    requests_per_minute: Annotated[int, Meta(ge=1, le=10_000_000)] | None = None
    tokens_per_minute: Annotated[int, Meta(ge=1, le=10**12)] | None = None
    on_exhaustion: Exhaustion = "block"
    downgrade_to: Name | None = None


class Reporting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When awardees report: every so many days (None = never), and how long after the end the final report is due."""

    every_days: Days | None = None
    final_within_days: Days = 60
    final: bool = True


class Tranches(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How an award is handed out: in so many equal parts, each after so many days or with an accepted report."""

    count: Annotated[int, Meta(ge=1, le=120)] = 1
    released_by: Literal["date", "report"] = "date"
    every_days: Days = 90


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that a programme says.

    `ratio_max_percent`: committed ÷ deliverable above which a decision needs a reason. `review_within_days`: how long
    a reviewer has; `accept_within_days`: how long an offer holds. `applications_max`: of one person in one call.
    """

    about: Words = ""
    tiers: tuple[Tier, ...] = ()
    fields: tuple[Field, ...] = ()
    rubric: tuple[Criterion, ...] = ()
    conditions: Words = ""
    acknowledgement: Words = ""
    weights: TokenWeights | None = None
    restrictions: Restrictions = Restrictions()
    reporting: Reporting = Reporting()
    tranches: Tranches = Tranches()
    backing: tuple[Backing, ...] = ()
    ratio_max_percent: Percent = 100
    review_within_days: Days = 21
    accept_within_days: Days = 30
    applications_max: Annotated[int, Meta(ge=1, le=100)] = 3
    public: bool = False


COUNTS_MAX = {"tiers": 20, "fields": 50, "rubric": 20, "backing": 50}


def refuse_nonsense(terms: Terms) -> None:
    """Say no to what types cannot see: too many parts, names twice, a choice of nothing, weights that are all zero.

    Raises:
        InvalidRequest: which part is wrong, and what it must be.
    """
    for name, most in COUNTS_MAX.items():
        if len(getattr(terms, name)) > most:
            raise InvalidRequest(f"a programme has at most {most} {name}", param=f"terms.{name}")
    _refuse_twice((tier.name for tier in terms.tiers), "tiers")
    _refuse_twice((field.id for field in terms.fields), "fields")
    _refuse_twice((criterion.id for criterion in terms.rubric), "rubric")
    _refuse_unprintable(terms)
    for field in terms.fields:
        if (field.kind == "choice") != bool(field.choices) or len(field.choices) > 50:
            raise InvalidRequest(
                f"the question {field.id!r} is a choice with 1 to 50 choices, or has none", param="terms.fields"
            )
        if field.words_max is not None and field.kind not in {"text", "long_text"}:
            raise InvalidRequest(f"only text is counted in words; {field.id!r} has none", param="terms.fields")
    refuse_odd_rules(terms.weights, terms.restrictions)
    if terms.tranches.released_by == "report" and terms.tranches.count > 1 and terms.reporting.every_days is None:
        raise InvalidRequest("tranches that wait for reports need reports: say how often", param="terms.reporting")


def refuse_odd_rules(weights: TokenWeights | None, rule: Restrictions) -> None:
    """Say no to weights by which requests are free, and to half a downgrade: of a programme, or of one award.

    Raises:
        InvalidRequest: which rule is wrong, and what it must be.
    """
    if weights is not None and not (weights.input and weights.output):
        raise InvalidRequest("tokens of input and of output both weigh more than nothing", param="terms.weights")
    if (rule.on_exhaustion == "downgrade") != (rule.downgrade_to is not None):
        raise InvalidRequest(
            "`downgrade_to` names the model that is served once an award is used up, and stands with "
            "`on_exhaustion: downgrade` alone",
            param="terms.restrictions.downgrade_to",
        )


def _refuse_twice(names: Iterable[str], where: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            raise InvalidRequest(f"{name!r} stands twice among the {where}", param=f"terms.{where}")
        seen.add(name.casefold())


def _refuse_unprintable(terms: Terms) -> None:
    names = [("tiers", tier.name) for tier in terms.tiers] + [("rubric", one.label) for one in terms.rubric]
    for field in terms.fields:
        names += [("fields", name) for name in (field.label, *field.choices)]
    for where, name in names:
        if not name.isprintable() or not name.strip():
            raise InvalidRequest(f"the name {name!r} holds what cannot be printed", param=f"terms.{where}")
