"""When an award will be used up, and how much of it will be left at its end: from what was used day by day. Pure.

The use of the coming days is taken as a level with a trend that fades, found from the newest weeks, times an error
whose logarithm is normal: as wide as the weeks scatter, wider the further one looks, and with a chance that use stops
for good. What is assumed was set once, on made-up histories; `python -m bench.forecast` says how often the interval
held on others. Floats are fine here: a forecast moves no money, and what it says of amounts is rounded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import erf, exp, inf, log, sqrt
from typing import Final, Literal

HORIZON_DAYS: Final = 5 * 365  # nobody knows further ahead
HISTORY_DAYS_MIN: Final = 10  # since the first use
USED_DAYS_MIN: Final = 3  # with any use
IDLE_DAYS: Final = 14
LEVELS: Final = (0.1, 0.5, 0.9)  # of the interval's two ends and its middle
_WEEK = 7
_WEEKS = 16  # that are looked at
_MEMORY = 3.0  # weeks after which a week counts half

State = Literal["unknown", "used_up", "idle", "estimated"]


@dataclass(frozen=True, slots=True)
class Span:
    """An interval that holds four times out of five, and its middle. None = later than anybody can say."""

    low: int | None
    middle: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is to be expected of an award.

    Args:
        state: `unknown` when there is too little to go by; `idle` when nothing was used of late.
        used_up_in: days from now; None = not before its end, or within HORIZON_DAYS when it has none.
        rest: units that are left at its end; None without an end, or when nothing can be said.
        because: in words, what it rests on or why there is none.
    """

    state: State
    used_up_in: Span | None
    rest: Span | None
    because: str


@dataclass(frozen=True, slots=True)
class _Noise:
    """What is assumed before a history says otherwise. Variances are of the logarithm of a week's total.

    Args:
        scatter: of a week around the level. drift: of the level, from one week to the next.
        doubt: of the trend, beside a share of the trend itself (`turning`).
        prior: how many weeks of history these count as.
        damped: what is left of a trend after a week. trust: weeks of history at which half of a trend is believed.
        hazard: the chance a day that use stops for good.
        width: by which all spreads are stretched, so that four intervals out of five hold.
    """

    scatter: float = 0.20
    drift: float = 0.005
    doubt: float = 0.005
    turning: float = 0.8
    prior: float = 2.5
    damped: float = 0.85
    trust: float = 3.0
    hazard: float = 1 / 1200
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class _Model:
    """The use to come: `level` units a day, growing by `growth` a week at first, and how far that may be wrong."""

    level: float
    growth: float
    scatter: float
    drift: float
    weeks: float  # how many weeks the level rests on
    noise: _Noise


def forecast(days: Sequence[int], left: int, ends_in_days: int | None = None) -> Forecast:
    """What is to be expected.

    Args:
        days: units drawn a day, oldest first; whole days only, so without today.
        left: units that there are.
        ends_in_days: when the award ends, in days from now; None = never.
    """
    return _forecast(days, left, ends_in_days, _Noise())


def _forecast(days: Sequence[int], left: int, ends_in_days: int | None, noise: _Noise) -> Forecast:
    if left <= 0:
        return Forecast("used_up", Span(0, 0, 0), None if ends_in_days is None else Span(0, 0, 0), "Nothing is left.")
    used = _since_first(days)
    if len(used) < HISTORY_DAYS_MIN or sum(1 for day in used if day > 0) < USED_DAYS_MIN:
        return Forecast("unknown", None, None, _too_little(used))
    horizon = HORIZON_DAYS if ends_in_days is None else min(max(ends_in_days, 0), HORIZON_DAYS)
    model = _model(used, noise)
    rest = None if ends_in_days is None else _rest(model, left, horizon)
    idle = len(used) - max(n for n, day in enumerate(used, start=1) if day > 0)
    words = f"From {len(used)} days of use, the newest weeks counting most."
    if idle >= IDLE_DAYS:
        words = f"Nothing was used in the last {idle} days; that use goes on, more weakly, is an assumption."
    return Forecast("idle" if idle >= IDLE_DAYS else "estimated", _used_up(model, left, horizon), rest, words)


def words(expected: Forecast, today: date, ends_in_days: int | None = None) -> str:
    """A forecast as a sentence. `today` is the day that its days are counted from."""
    span = expected.used_up_in
    if expected.state == "used_up":
        return "It is used up."
    if span is None:
        return expected.because
    until = "its end" if ends_in_days is not None else "as far ahead as can be said"
    days = [None if one is None else today + timedelta(days=one) for one in (span.low, span.middle, span.high)]
    low, middle, high = (None if one is None else f"{one.day} {one:%B %Y}" for one in days)
    if low is None:
        told = f"Enough until {until}."
    elif middle is None:
        told = f"Probably enough until {until}; it may be used up from {low} on."
    elif high is None:
        told = f"Enough until about {days[1]:%B %Y}: used up from {low} on, and perhaps not before {until}."
    elif low == high:
        told = f"Enough until {middle}."
    else:
        told = f"Enough until about {days[1]:%B %Y}: used up between {low} and {high}."
    return told if expected.state == "estimated" else f"{told} {expected.because}"


def _too_little(used: Sequence[float]) -> str:
    if not used:
        return "Nothing was used yet, so nothing can be said of when it will be used up."
    return (
        f"There is too little to go by: {len(used)} day{'' if len(used) == 1 else 's'} since the first use, and a "
        f"forecast takes {HISTORY_DAYS_MIN} with use on {USED_DAYS_MIN} of them."
    )


def _since_first(days: Sequence[int]) -> list[float]:
    first = next((n for n, day in enumerate(days) if day > 0), len(days))
    return [float(max(day, 0)) for day in days[first:]]


def _model(used: Sequence[float], noise: _Noise) -> _Model:
    totals = [sum(used[max(end - _WEEK, 0) : end]) for end in range(len(used), 0, -_WEEK)]  # the newest week first
    if len(used) % _WEEK:
        part = len(used) % _WEEK
        totals[-1] *= _WEEK / part
        if part < 4 and len(totals) > 1:
            totals.pop()
    totals = totals[:_WEEKS]
    growth = _growth(totals, noise)
    weights = [0.5 ** (n / _MEMORY) for n in range(len(totals))]
    lifted = [total * exp(growth * _faded(n, 1.0)) for n, total in enumerate(totals)]  # as they would be now
    weight = sum(weights)
    mean = sum(w * t for w, t in zip(weights, lifted, strict=True)) / weight
    scatter, drift = _spreads(lifted, noise)
    return _Model(mean / _WEEK, growth, scatter, drift, weight**2 / sum(w * w for w in weights), noise)


def _spreads(totals: Sequence[float], noise: _Noise) -> tuple[float, float]:
    """Scatter and drift, told apart by how much further weeks differ that lie further apart."""
    base = max(sum(totals) / len(totals) * 0.05, 1e-9)
    logs = [log(total + base) for total in totals]

    def apart(weeks: int) -> float:
        pairs = [(a - b) ** 2 for a, b in zip(logs, logs[weeks:], strict=False)]
        return sum(pairs) / len(pairs)

    count = len(logs)
    near = apart(1) if count > 1 else 2 * noise.scatter + noise.drift
    far = min(4, count - 2)
    drift = max((apart(far) - near) / (far - 1), 0.0) if far > 1 else noise.drift
    scatter = max((near - drift) / 2, 0.0)
    trusted = max(count - 1, 0)
    share = trusted / (trusted + noise.prior)
    between = exp(share * log(max(scatter, 1e-4)) + (1 - share) * log(noise.scatter))
    return between, share * drift + (1 - share) * noise.drift


def _growth(totals: Sequence[float], noise: _Noise) -> float:
    """The trend a week: the middle one of all slopes between two weeks, believed as far as there is history."""
    base = max(sum(totals) / len(totals) * 0.05, 1e-9)
    logs = [log(total + base) for total in totals[:10]]
    slopes = sorted((logs[a] - logs[b]) / (b - a) for a in range(len(logs)) for b in range(a + 2, len(logs)))
    if not slopes:
        return 0.0
    middle = slopes[len(slopes) // 2]
    return max(min(middle, 0.25), -0.25) * len(logs) / (len(logs) + noise.trust)


def _faded(weeks: float, damped: float) -> float:
    """How far a trend carries in so many weeks when it fades by `damped` a week."""
    return weeks if damped == 1.0 else (1 - damped**weeks) / (1 - damped)


def _expected(model: _Model, day: int) -> float:
    """Units that are used until the end of a day, with no error and no stop."""
    return model.level * day * exp(model.growth * _faded(day / _WEEK / 2, model.noise.damped))


def _deviation(model: _Model, day: int) -> float:
    """The standard deviation of the logarithm of what is used until then."""
    weeks, noise = day / _WEEK, model.noise
    variance = model.scatter * (1 / model.weeks + 1 / max(weeks, 1 / _WEEK)) + model.drift * (weeks / 3 + 1)
    variance += ((noise.doubt + noise.turning * abs(model.growth)) * _faded(weeks / 2, noise.damped)) ** 2
    return noise.width * sqrt(variance)


def _used_up(model: _Model, left: int, horizon: int) -> Span:
    found: list[int | None] = []
    share = before = 0.0
    for day in range(1, horizon + 1):
        now = max(_normal((log(_expected(model, day)) - log(left)) / _deviation(model, day)), before)
        share, before = share + (now - before) * exp(-model.noise.hazard * day), now
        while len(found) < len(LEVELS) and share >= LEVELS[len(found)]:
            found.append(day)
        if len(found) == len(LEVELS):
            break
    low, middle, high = [*found, None, None, None][:3]
    return Span(low, middle, high)


def _rest(model: _Model, left: int, end: int) -> Span:
    """Of what is used until the end: its share at 0.9, 0.5 and 0.1, taken off what there is."""
    if end == 0:
        return Span(left, left, left)

    # Use goes on to the end, or stops on one of ten days before it: how likely, and what is used by then.
    going, parts = exp(-model.noise.hazard * end), 10
    stops = [((1 - going) / parts, max(round(end * (part + 0.5) / parts), 1)) for part in range(parts)]
    ways = [(chance, log(_expected(model, day)), _deviation(model, day)) for chance, day in [(going, end), *stops]]

    def share(used: float) -> float:
        """The chance that at most so much is used."""
        if used <= 0:
            return 0.0
        size = log(used)
        return sum([chance * _normal((size - middle) / spread) for chance, middle, spread in ways])

    most, middle, least = (_where(share, level, float(left)) for level in (0.9, 0.5, 0.1))
    return Span(max(left - round(most), 0), max(left - round(middle), 0), max(left - round(least), 0))


def _where(share: Callable[[float], float], level: float, most: float) -> float:
    """The value up to `most` at which a rising function reaches a level."""
    if share(most) <= level:
        return most
    low, high = 0.0, most
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if share(middle) < level else (low, middle)
    return high


def _normal(value: float) -> float:
    return (1 + erf(value / sqrt(2))) / 2 if value not in {inf, -inf} else float(value > 0)
