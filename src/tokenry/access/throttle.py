"""How often somebody may try to sign in: a few tries at once, then each failure doubles the wait, up to a bound.

Nobody is ever locked out for good: the wait has an upper bound, and calm makes all forgotten. A try counts as failed
from its beginning and is taken back when it succeeds, so that many at once gain nothing. Pure but for the table, which
lies in memory alone and is bounded. Knows no addresses and no people: subjects are texts.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from tokenry.base.clock import NS_PER_S, Clock
from tokenry.base.errors import TokenryError

SUBJECTS_MAX = 20_000


class SignInThrottled(TokenryError):
    """Too many tries at signing in."""

    status = 429
    type = "requests"
    code = "sign_in_throttled"


@dataclass(frozen=True, slots=True)
class Pace:
    """How the waits grow.

    Args:
        free: tries without any wait.
        first_s: the wait after those, in seconds; it doubles with each further failure.
        longest_s: the longest wait.
        calm_s: after so long without a try all is forgotten; longer than `longest_s`.
    """

    free: int
    first_s: int
    longest_s: int
    calm_s: int


@dataclass(frozen=True, slots=True)
class Tries:
    """What is known of one subject: tries that were not taken back, and when the newest was (monotonic ns)."""

    count: int
    at_ns: int


def wait_ns(tries: Tries | None, pace: Pace, now_ns: int) -> int:
    """How long until the next try, in nanoseconds; 0 = now."""
    if tries is None or tries.count < pace.free:
        return 0
    steps = min(tries.count - pace.free, 62)
    pause_s = min(pace.first_s << steps, pace.longest_s)
    return max(0, tries.at_ns + pause_s * NS_PER_S - now_ns)


def tried(tries: Tries | None, pace: Pace, now_ns: int) -> Tries:
    """After one more try."""
    if tries is None or now_ns - tries.at_ns >= pace.calm_s * NS_PER_S:
        return Tries(1, now_ns)
    return Tries(tries.count + 1, now_ns)


ACCOUNT = Pace(free=5, first_s=1, longest_s=300, calm_s=3600)  # one account, from wherever the tries come
KNOWN_BROWSER = Pace(free=10, first_s=1, longest_s=300, calm_s=3600)  # one that has signed in to this account before
ADDRESS = Pace(free=30, first_s=1, longest_s=300, calm_s=3600)  # one address, for whatever accounts: an office has one


class Throttle:
    """The table of subjects, newest last. Used on one thread; asks nothing of a disk."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tries: OrderedDict[str, Tries] = OrderedDict()

    def begin(self, subjects: Iterable[tuple[str, Pace]]) -> None:
        """Count a try for each subject. Raises SignInThrottled, and counts nothing, when one has to wait."""
        asked, now_ns = list(subjects), self._clock.monotonic_ns()
        longest = max((wait_ns(self._tries.get(name), pace, now_ns) for name, pace in asked), default=0)
        if longest:
            seconds = -(-longest // NS_PER_S)
            raise SignInThrottled(
                f"Too many tries at signing in. Wait {seconds} s and try again.", headers={"retry-after": str(seconds)}
            )
        for name, pace in asked:
            self._tries[name] = tried(self._tries.pop(name, None), pace, now_ns)
        while len(self._tries) > SUBJECTS_MAX:
            self._tries.popitem(last=False)

    def forget(self, name: str) -> None:
        """It was them: nothing is held against this subject any more."""
        self._tries.pop(name, None)

    def take_back(self, name: str) -> None:
        """This one try was none: it is not counted, those before it are."""
        tries = self._tries.get(name)
        if tries is not None:
            self._tries[name] = Tries(max(0, tries.count - 1), tries.at_ns)
