"""What is left of an award as a picture: a step down for every day, and where it leads. SVG from plain values.

Colours are the page's own (CSS classes), so that one picture serves light and dark. Everything it shows stands in
words and in a table beside it, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from tokenry.base.clock import NS_PER_S, to_datetime
from tokenry.programmes.outlook import DAY_S, Day

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 78, 12, 14, 32
POINTS_MAX = 400


@dataclass(frozen=True, slots=True)
class Outlook:
    """Where the line leads: when (seconds since the epoch) nothing is left; None = not within the picture."""

    early: int | None
    middle: int | None
    late: int | None


@dataclass(frozen=True, slots=True)
class _Scale:
    start: int
    end: int
    most: int

    def x(self, at_s: int) -> float:
        share = (at_s - self.start) / (self.end - self.start)
        return LEFT + min(1.0, max(0.0, share)) * (WIDTH - LEFT - RIGHT)

    def y(self, amount: int) -> float:
        share = min(1.0, max(0.0, amount / self.most))
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn.

    Args:
        unit: `tokens` or `usd` (amounts are nano-USD then).
        history: every day up to today, the oldest first; at least one.
        ends_s: when the award ends, seconds since the epoch.
        outlook: None when there is too little to go by.
        words: what it shows, for whoever cannot see it.
    """

    unit: str
    history: Sequence[Day]
    ends_s: int
    outlook: Outlook | None
    words: str


def burn_down(picture: Picture) -> str:
    """The picture as SVG."""
    history = picture.history
    most = max([1, *(day.left for day in history)])
    most = -(-most // _round_step(most)) * _round_step(most)  # so that the line ends below the topmost amount
    scale = _Scale(history[0].start, max(picture.ends_s, history[-1].start + DAY_S), most)
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(picture.words)}">',
        *_grid(scale, picture.unit),
        *([] if picture.outlook is None else _outlook(scale, history[-1], picture.outlook)),
        _steps(scale, history),
        _end(scale, picture.ends_s),
        "</svg>",
    ]
    return "".join(parts)


def spark(amounts: Sequence[int]) -> str:
    """A row of small bars: what was drawn lately, for a table. Says nothing that the table does not."""
    most = max([1, *amounts])
    wide = 120 / max(1, len(amounts))
    bars = "".join(
        f'<rect x="{n * wide:.1f}" y="{24 - 24 * amount / most:.1f}" width="{max(0.6, wide - 0.6):.1f}" '
        f'height="{24 * amount / most:.1f}"/>'
        for n, amount in enumerate(amounts)
        if amount
    )
    return f'<svg class="spark" viewBox="0 0 120 24" aria-hidden="true">{bars}</svg>'


def short(amount: int, unit: str) -> str:
    """An amount as an axis says it: `1.2 T`, `$340`."""
    if unit == "usd":
        return f"${_scaled(amount // 10**9)}" if amount >= 10**9 or not amount else f"${amount / 10**9:.2f}"
    return _scaled(amount)


def _scaled(amount: int) -> str:
    for size, letter in ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "k")):
        if amount >= size:
            tenths = amount * 10 // size
            return f"{tenths // 10}{f'.{tenths % 10}' if tenths % 10 and tenths < 1000 else ''} {letter}"
    return str(amount)


def _steps(scale: _Scale, history: Sequence[Day]) -> str:
    every = max(1, -(-len(history) // POINTS_MAX))
    shown = [day for n, day in enumerate(reversed(history)) if n % every == 0][::-1]
    base = scale.y(0)
    line = f"M{scale.x(shown[0].start):.1f} {base:.1f}" + "".join(
        f"V{scale.y(day.left):.1f}H{scale.x(min(scale.end, day.start + every * DAY_S)):.1f}" for day in shown
    )
    area = f"{line}V{base:.1f}Z"
    return f'<path class="area" d="{area}"/><path class="line" d="{line}"/>'


def _outlook(scale: _Scale, today: Day, outlook: Outlook) -> list[str]:
    x, y, base = scale.x(today.start + DAY_S), scale.y(today.left), scale.y(0)

    def end_of(at_s: int | None) -> tuple[float, float]:
        """Where a line from here ends: at nothing left, or at the picture's edge on its way there."""
        if at_s is not None and at_s <= scale.end:
            return scale.x(at_s), base
        if at_s is None:
            return scale.x(scale.end), y
        whole, seen = at_s - today.start - DAY_S, scale.end - today.start - DAY_S
        return scale.x(scale.end), y + (base - y) * seen / max(1, whole)

    early, middle, late = end_of(outlook.early), end_of(outlook.middle), end_of(outlook.late)
    corner = f"L{late[0]:.1f} {base:.1f}" if early[1] == base and late[1] != base else ""
    band = f"M{x:.1f} {y:.1f}L{early[0]:.1f} {early[1]:.1f}{corner}L{late[0]:.1f} {late[1]:.1f}Z"
    line = f"M{x:.1f} {y:.1f}L{middle[0]:.1f} {middle[1]:.1f}"
    return [f'<path class="band" d="{band}"/>', f'<path class="ahead" d="{line}"/>']


def _grid(scale: _Scale, unit: str) -> list[str]:
    found = []
    for n, amount in enumerate(range(0, scale.most + 1, _round_step(scale.most))):
        y, words, second = scale.y(amount), short(amount, unit), " second" if n % 2 else ""
        found.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
        found.append(f'<text class="tick{second}" x="{LEFT - 8}" y="{y + 5:.1f}" text-anchor="end">{words}</text>')
    return [*found, *_dates(scale)]


def _round_step(most: int) -> int:
    """A round step that goes into an amount three to six times: 1, 2, or 5 and zeros behind it."""
    size = 1
    while True:
        for digit in (1, 2, 5):
            if most // (digit * size) <= 6:
                return digit * size
        size *= 10


def _dates(scale: _Scale) -> list[str]:
    """Up to seven dates below the line: firsts of months, or days when there are few; on a phone every second one."""
    span_days = (scale.end - scale.start) // DAY_S
    if span_days <= 3 * 30:
        step = max(1, span_days // 6) * DAY_S
        ticks = [(at_s, _day(at_s)) for at_s in range(scale.start, scale.end, step)]
    else:
        firsts = [
            (at_s, f"{moment:%b %Y}")
            for at_s in range(scale.start, scale.end, DAY_S)
            if (moment := to_datetime(at_s * NS_PER_S)).day == 1
        ]
        ticks = firsts[:: -(-len(firsts) // 7)]
    return [
        f'<text class="tick{" second" if n % 2 else ""}" x="{scale.x(at_s):.1f}" y="{HEIGHT - 8}" '
        f'text-anchor="middle">{words}</text>'
        for n, (at_s, words) in enumerate(ticks)
        if scale.x(at_s) < WIDTH - 24
    ]


def _day(at_s: int) -> str:
    moment = to_datetime(at_s * NS_PER_S)
    return f"{moment.day} {moment:%b}"


def _end(scale: _Scale, ends_s: int) -> str:
    return f'<path class="end" d="M{scale.x(ends_s):.1f} {TOP}V{HEIGHT - BOTTOM}"/>'
