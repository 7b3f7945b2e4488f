"""A programme as its funder sees it, and as the public may: who was awarded what, and how much of it is used.

From plain values; knows no requests and no rooms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from tokenry.api.award_pages.charts import spark
from tokenry.api.award_pages.look import frame, paragraphs, section, table, tiles
from tokenry.api.award_pages.words import amount, day, figure, noun, short_day
from tokenry.programmes.outlook import AwardUse, Uptake


@dataclass(frozen=True, slots=True)
class PoolFigures:
    """What a programme has to give: all of it, what awards were given, what is promised to them, what is left."""

    cap: int
    granted: int
    committed: int
    left: int


@dataclass(frozen=True, slots=True)
class FunderPage:
    """What the page tells. Amounts are whole units; times are seconds since the epoch. `backing` is in words."""

    id: str
    name: str
    about: str
    unit: str
    now_s: int
    pool: PoolFigures
    sums: Uptake
    uses: Sequence[AwardUse]
    backing: Sequence[str] = ()
    public_url: str | None = None


def funder(shown: FunderPage) -> str:
    """The funder's page."""
    unit, what, pool, sums = shown.unit, noun(shown.unit), shown.pool, shown.sums
    facts = [
        (figure(pool.cap, unit), f"{what}in the pool"),
        (figure(pool.granted + pool.committed, unit), f"{what}given or promised, {figure(pool.left, unit)} left"),
        (figure(sums.drawn, unit), f"{what}used, {sums.percent} % of what was given"),
        (str(sums.living), f"of {_awards_of(sums)} open, {sums.idle} of them idle, {sums.unused} never used"),
        ("unknown" if sums.cost is None else amount(sums.cost, "usd"), "asked by providers"),
    ]
    public = ""
    if shown.public_url is not None:
        link = escape(shown.public_url)
        public = f'<p class="soft">Everybody may read <a href="{link}">{link}</a>.</p>'
    backing = "".join(f"<p>{escape(words)}</p>" for words in shown.backing)
    body = (
        f"<h1>{escape(shown.name)}</h1>{public}{tiles(facts)}"
        + section("Awards", _awards(shown))
        + section("What stands behind it", backing)
        + section("Energy", '<p class="soft">Watt-hours are not measured yet, so none are shown.</p>')
    )
    return frame(shown.name, body)


def public(shown: FunderPage) -> str:
    """The public page: awards, and how much of each was used; no costs, no people."""
    unit, what, sums = shown.unit, noun(shown.unit), shown.sums
    facts = [
        (str(sums.awards), "award" if sums.awards == 1 else "awards"),
        (figure(sums.granted, unit), f"{what}awarded"),
        (figure(sums.drawn, unit), f"{what}used"),
    ]
    rows = [
        (
            escape(use.name), escape(use.tier), figure(use.granted, unit), figure(use.drawn, unit),
            f"{use.percent} %", day(use.ends_s),
        )
        for use in shown.uses
    ]  # fmt: skip
    awards = table(("Award", "Tier", "#Awarded", "#Used", "#", "Until"), rows) if rows else "<p>None yet.</p>"
    body = (
        f"<h1>{escape(shown.name)}</h1>{paragraphs(shown.about)}{tiles(facts)}{section('Awards', awards)}"
        f'<p class="soft">As of {day(shown.now_s)}, UTC. Amounts count what was drawn from each award.</p>'
    )
    return frame(shown.name, body)


def _awards_of(sums: Uptake) -> str:
    return "1 award" if sums.awards == 1 else f"{sums.awards} awards"


def _awards(shown: FunderPage) -> str:
    if not shown.uses:
        return '<p class="soft">No award was made yet.</p>'
    heads = ("Award", "#Given", "#Used", "Last 30 days", "Outlook", "#Cost", "#Until")
    return table(heads, [_award(shown, use) for use in shown.uses])


def _award(shown: FunderPage, use: AwardUse) -> tuple[str, ...]:
    idle = ""
    if use.is_idle(shown.now_s):
        words = "never used" if use.idle is None else f"idle for {use.idle} days"
        idle = f' <span class="badge bad">{words}</span>'
    tier = f"{escape(use.tier)} · " if use.tier else ""
    return (
        f'{escape(use.name)}{idle}<span class="soft">{tier}{escape(use.project)} · {escape(use.state)}</span>',
        figure(use.granted, shown.unit),
        f'{figure(use.drawn, shown.unit)}<span class="soft">{use.percent} %</span>',
        spark(use.recent),
        f'<div class="words">{escape(use.outlook or "too little to say")}</div>',
        "unknown" if use.cost is None else amount(use.cost, "usd"),
        short_day(use.ends_s),
    )
