"""How fast one key may go: two token buckets (requests, tokens) and a count of requests in flight.

Knows time only as an argument and does no I/O. It does not know which key is whose (keys.py) nor what anything costs
(the ledger): a rate limit protects the engines from a burst, a budget protects the money.

The arithmetic is exact. A bucket keeps what is *used* in units of 1/60,000,000,000 of a token, so that one nanosecond
drains exactly `limit` units, and an untouched bucket is 0: forgetting an idle key loses nothing, which is how memory
stays bounded, and a limit that changes while requests fly needs no conversion.

Tokens are taken at admission by their upper bound. At settle the unused part comes back, but never more than what of
it still stands in the bucket: what has drained since was given back by time already, and must not be given twice.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import msgspec

from tokenry.access.limits import LIMIT_MAX, KeyLimits
from tokenry.base.clock import NS_PER_MS, NS_PER_S
from tokenry.base.errors import TokenryError

WINDOW_NS = 60 * NS_PER_S
CONCURRENCY_RETRY_MS = 500  # nobody knows when a request in flight ends; this is advice, not arithmetic
SWEEP_PER_NEW_KEY = 2  # old entries looked at for each new one: more leave than come, so the table cannot creep

LimitName = Literal["requests", "tokens", "concurrent"]


class State:
    """What one key has used. Made empty, which is what an idle key is worth."""

    __slots__ = ("at_ns", "in_flight", "requests_used", "tokens_used")

    def __init__(self, at_ns: int) -> None:
        self.at_ns = at_ns  # monotonic ns at which the two levels below hold
        self.requests_used = 0  # requests x WINDOW_NS
        self.tokens_used = 0  # tokens x WINDOW_NS
        self.in_flight = 0


class Grant(msgspec.Struct, eq=False):
    """Leave for one request; hand it to `give_back` once (a second time does nothing)."""

    state: State
    tokens: int
    at_ns: int
    tokens_level: int  # of the bucket, with ours on top: it has drained when this much has
    open: bool = True


@dataclass(frozen=True, slots=True)
class Refused:
    """No leave, and why.

    Args:
        limit: which of the three limits.
        maximum: that limit's number (per minute, or at one time).
        used: how much of it is in use now, rounded up.
        asked: how much was asked for.
        retry_after_ms: after this many milliseconds the same request fits, if nobody else asks; None = it never will.
    """

    limit: LimitName
    maximum: int
    used: int
    asked: int
    retry_after_ms: int | None


def drain(state: State, limits: KeyLimits, now_ns: int) -> None:
    """Let the time since the last call flow out of both buckets. A clock that stands or goes back drains nothing."""
    elapsed_ns = now_ns - state.at_ns
    if elapsed_ns <= 0:
        return
    state.at_ns = now_ns
    if state.requests_used:
        left = state.requests_used - elapsed_ns * limits.requests_per_minute
        state.requests_used = left if left > 0 else 0
    if state.tokens_used:
        left = state.tokens_used - elapsed_ns * limits.tokens_per_minute
        state.tokens_used = left if left > 0 else 0


def take(state: State, limits: KeyLimits, now_ns: int, tokens: int) -> Grant | Refused:
    """Ask leave for one request; takes from all three limits or from none.

    Args:
        state: the key's; changed in place.
        limits: as they are now; they may differ from call to call.
        now_ns: monotonic nanoseconds.
        tokens: upper bound of the request's input and output tokens, ≥ 0.
    """
    if tokens < 0:
        raise ValueError("a request has no negative tokens")
    drain(state, limits, now_ns)
    requests_after = state.requests_used + WINDOW_NS
    tokens_after = state.tokens_used + tokens * WINDOW_NS
    if requests_after > limits.requests_per_minute * WINDOW_NS or tokens_after > limits.tokens_per_minute * WINDOW_NS:
        return _refused(state, limits, tokens)
    if state.in_flight >= limits.concurrent_requests:
        wait_ms = CONCURRENCY_RETRY_MS if limits.concurrent_requests else None
        return Refused("concurrent", limits.concurrent_requests, state.in_flight, 1, wait_ms)
    state.requests_used = requests_after
    state.tokens_used = tokens_after
    state.in_flight += 1
    return Grant(state, tokens, state.at_ns, tokens_after)


def _refused(state: State, limits: KeyLimits, tokens: int) -> Refused:
    """The refusal by whichever bucket makes the caller wait longer, so that one wait is enough for both."""
    by_requests = _shortage("requests", limits.requests_per_minute, state.requests_used, 1)
    by_tokens = _shortage("tokens", limits.tokens_per_minute, state.tokens_used, tokens)
    if by_requests.retry_after_ms is None or by_tokens.retry_after_ms is None:
        return by_requests if by_requests.retry_after_ms is None else by_tokens
    return by_requests if by_requests.retry_after_ms >= by_tokens.retry_after_ms else by_tokens


def _shortage(limit: LimitName, maximum: int, used: int, asked: int) -> Refused:
    never = asked > maximum or not maximum
    wait_ms = None if never else max(0, _ceil(used - (maximum - asked) * WINDOW_NS, maximum * NS_PER_MS))
    return Refused(limit, maximum, _ceil(used, WINDOW_NS), asked, wait_ms)


def give_back(grant: Grant, limits: KeyLimits, now_ns: int, tokens_used: int) -> None:
    """End a grant: the request is no longer in flight, and the tokens it did not use come back.

    Args:
        grant: from `take`; ended already = nothing happens.
        limits: of the key, as they are now.
        now_ns: monotonic nanoseconds.
        tokens_used: what the request really used; at or above what was taken, nothing comes back.
    """
    if not grant.open:
        return
    grant.open = False
    state = grant.state
    state.in_flight -= 1
    drain(state, limits, now_ns)
    unused = (grant.tokens - max(0, tokens_used)) * WINDOW_NS
    if unused <= 0:
        return
    standing = grant.tokens_level - (state.at_ns - grant.at_ns) * limits.tokens_per_minute
    back = min(unused, standing, state.tokens_used)
    if back > 0:
        state.tokens_used -= back


def rescind(grant: Grant) -> None:
    """Make a grant undone at the very moment it was given, before anything else was taken from its state."""
    assert grant.open, "what was given back cannot be undone"
    grant.open = False
    grant.state.in_flight -= 1
    grant.state.requests_used -= WINDOW_NS
    grant.state.tokens_used -= grant.tokens * WINDOW_NS


@lru_cache(maxsize=1000)
def award_limits(requests_per_minute: int | None, tokens_per_minute: int | None) -> KeyLimits:
    """The limits of an award that has any of its own; None = no limit of that kind."""
    requests = LIMIT_MAX if requests_per_minute is None else min(requests_per_minute, LIMIT_MAX)
    tokens = LIMIT_MAX if tokens_per_minute is None else min(tokens_per_minute, LIMIT_MAX)
    return KeyLimits(requests, tokens, LIMIT_MAX)


def is_idle(state: State, limits: KeyLimits, now_ns: int) -> bool:
    """Whether this state is worth as much as a new one."""
    drain(state, limits, now_ns)
    return not (state.in_flight or state.requests_used or state.tokens_used)


def figures(state: State, limits: KeyLimits, now_ns: int) -> tuple[bytes, ...]:
    """The values of OpenAI's six `x-ratelimit-*` headers, in the order of HEADER_NAMES.

    `remaining` is rounded down and `reset` (until the bucket is full again) up, so that a client that believes them is
    never refused for it. Source: https://platform.openai.com/docs/guides/rate-limits
    """
    drain(state, limits, now_ns)
    requests, tokens = limits.requests_per_minute, limits.tokens_per_minute
    requests_used, tokens_used = state.requests_used, state.tokens_used
    requests_left = requests - _ceil(requests_used, WINDOW_NS) if requests_used else requests
    tokens_left = tokens - _ceil(tokens_used, WINDOW_NS) if tokens_used else tokens
    return (
        b"%d" % requests,
        b"%d" % tokens,
        b"%d" % max(0, requests_left),
        b"%d" % max(0, tokens_left),
        b"0s" if requests and not requests_used else _reset(requests, requests_used),
        b"0s" if tokens and not tokens_used else _reset(tokens, tokens_used),
    )


HEADER_NAMES = (
    b"x-ratelimit-limit-requests", b"x-ratelimit-limit-tokens", b"x-ratelimit-remaining-requests",
    b"x-ratelimit-remaining-tokens", b"x-ratelimit-reset-requests", b"x-ratelimit-reset-tokens",
)  # fmt: skip


def headers(state: State, limits: KeyLimits, now_ns: int) -> list[tuple[bytes, bytes]]:
    """The six headers, names in lower case."""
    return list(zip(HEADER_NAMES, figures(state, limits, now_ns), strict=True))


def _reset(limit: int, used: int) -> bytes:
    if not limit:
        return duration(WINDOW_NS // NS_PER_MS)  # a closed bucket never resets; look again in a minute
    return duration(_ceil(used, limit * NS_PER_MS))


def duration(ms: int) -> bytes:
    """Milliseconds as OpenAI's headers (and Go) write a duration: `12ms`, `1.5s`, `6m0s`, `1h0m0s`."""
    if ms < 1000:
        return b"%dms" % ms if ms else b"0s"
    seconds, ms = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    rest = (b"%d.%03d" % (seconds, ms)).rstrip(b"0") if ms else b"%d" % seconds
    if not minutes:
        return rest + b"s"
    hours, minutes = divmod(minutes, 60)
    return b"%dh%dm%ss" % (hours, minutes, rest) if hours else b"%dm%ss" % (minutes, rest)


def _ceil(numerator: int, denominator: int) -> int:
    return -(-numerator // denominator)


class RateLimited(TokenryError):
    """The key goes faster than it may; the headers say when to come again. `type` names the limit, as OpenAI's does."""

    status = 429
    type = "requests"
    code = "rate_limit_exceeded"


class TokensRateLimited(RateLimited):
    """As RateLimited, by the tokens it asked for."""

    type = "tokens"


def refusal(
    refused: Refused, rate_headers: Iterable[tuple[bytes, bytes]] = (), whose: str = "this key", of: str = ""
) -> RateLimited:
    """The error to raise for a refusal, with `retry-after` (s), `retry-after-ms` and the headers given.

    `whose` limit it is, and of what (` for gpt-oss-20b in this project`), is said in its words.
    A request that can never fit has no retry-after and tells SDKs not to retry (`x-should-retry: false`).
    """
    told = {name.decode(): value.decode() for name, value in rate_headers}
    wait_ms = refused.retry_after_ms
    if wait_ms is None:
        told["x-should-retry"] = "false"
        advice = _ADVICE_NEVER[refused.limit].format(whose=whose, Whose=whose[0].upper() + whose[1:])
    else:
        told["retry-after-ms"] = str(wait_ms)
        told["retry-after"] = str(_ceil(wait_ms, 1000))
        advice = f"Please try again in {duration(wait_ms).decode()}."
    words = (
        f"Rate limit reached{of} on {_LIMIT_WORDS[refused.limit]}: "
        f"Limit {refused.maximum}, Used {refused.used}, Requested {refused.asked}. {advice}"
    )
    return (TokensRateLimited if refused.limit == "tokens" else RateLimited)(words, headers=told)


_LIMIT_WORDS: dict[LimitName, str] = {
    "requests": "requests per min (RPM)",
    "tokens": "tokens per min (TPM)",
    "concurrent": "concurrent requests",
}
_ADVICE_NEVER: dict[LimitName, str] = {
    "requests": "{Whose} may make no requests; ask for a higher limit.",
    "tokens": "The request is too large for {whose} at any time: shorten the input or lower the output limit.",
    "concurrent": "{Whose} may make no requests; ask for a higher limit.",
}


class RateLimits:
    """The states of all keys that were busy lately, by key id. For one event loop; nothing here blocks.

    Memory follows the keys active in the last minute, not all keys ever seen: each key that enters makes two of the
    longest unseen prove that they are not idle.
    """

    def __init__(self) -> None:
        self._states: OrderedDict[str, tuple[State, KeyLimits]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._states)

    def take(self, key_id: str, limits: KeyLimits, now_ns: int, tokens: int) -> Grant | Refused:
        """As the function `take`, for the key with this id."""
        entry = self._states.get(key_id)
        if entry is None:
            self._sweep(now_ns)
            entry = self._states[key_id] = (State(now_ns), limits)
        elif entry[1] is not limits:
            entry = self._states[key_id] = (entry[0], limits)
        return take(entry[0], limits, now_ns, tokens)

    def admit(self, key_id: str, limits: KeyLimits, now_ns: int, tokens: int) -> Grant:
        """As `take`, but a refusal is raised as RateLimited."""
        answer = self.take(key_id, limits, now_ns, tokens)
        if isinstance(answer, Refused):
            raise refusal(answer, self.headers(key_id, limits, now_ns))
        return answer

    def share(self, grant: Grant, place: tuple[str, str], limits: KeyLimits, now_ns: int) -> Grant:
        """Further leave for what `grant` was given for, of a limit that all keys of a project share for one model.

        Args:
            grant: just given; when this is refused it is as if it never had been.
            place: the project's id and the model's name.

        Raises RateLimited, in words that name the project's limit and with its figures in the headers.
        """
        try:
            return self.of_model(place, limits, now_ns, grant.tokens)
        except RateLimited:
            rescind(grant)
            raise

    def of_model(self, place: tuple[str, str], limits: KeyLimits, now_ns: int, tokens: int) -> Grant:
        """Leave of the limit that all keys of a project share for one model; `place` as in `share`.

        Raises RateLimited, in words that name the project's limit and with its figures in the headers.
        """
        project_id, model = place
        shared = f"{project_id}/{model}"
        answer = self.take(shared, limits, now_ns, tokens)
        if isinstance(answer, Refused):
            words = ("this project", f" for {model} in project {project_id}, for all its keys together,")
            raise refusal(answer, self.headers(shared, limits, now_ns), *words)
        return answer

    def of_award(self, award: tuple[str, str], limits: KeyLimits, now_ns: int, tokens: int) -> Grant:
        """Leave of an award's own limits, for all that is drawn on it.

        Args:
            award: its id, and how it is named to people.
            limits: as `award_limits` makes them.

        Raises RateLimited, in words that name the award and with its figures in the headers.
        """
        award_id, named = award
        place = f"award/{award_id}"
        answer = self.take(place, limits, now_ns, tokens)
        if isinstance(answer, Refused):
            figures = self.headers(place, limits, now_ns)
            unlimited = [name for name, value in figures if value == b"%d" % LIMIT_MAX]
            ends = tuple(name.rpartition(b"-")[2] for name in unlimited if b"-limit-" in name)
            told = [(name, value) for name, value in figures if not (ends and name.endswith(ends))]
            raise refusal(answer, told, f"the award {named}", f" for the award {named}")
        return answer

    def headers(self, key_id: str, limits: KeyLimits, now_ns: int) -> list[tuple[bytes, bytes]]:
        """As the function `headers`."""
        return list(zip(HEADER_NAMES, self.figures(key_id, limits, now_ns), strict=True))

    def figures(self, key_id: str, limits: KeyLimits, now_ns: int) -> tuple[bytes, ...]:
        """As the function `figures`. Asking makes no entry."""
        entry = self._states.get(key_id)
        return figures(entry[0] if entry else State(now_ns), limits, now_ns)

    def _sweep(self, now_ns: int) -> None:
        for _ in range(min(SWEEP_PER_NEW_KEY, len(self._states))):
            key_id, (state, limits) = self._states.popitem(last=False)
            if not is_idle(state, limits, now_ns):
                self._states[key_id] = (state, limits)
