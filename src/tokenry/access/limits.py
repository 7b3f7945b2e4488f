"""What one key may use: the numbers, and how overrides kept with a key lie over the configured defaults.

Knows nothing of what has been used (rates.py) nor of who asks (keys.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from tokenry.base.errors import InvalidRequest

LIMIT_MAX = 10**15  # far above any engine; keeps every header short and every sum small


@dataclass(frozen=True, slots=True)
class KeyLimits:
    """The rate limits of one key. Defaults as in the configuration's `[limits]`.

    Args:
        requests_per_minute: requests; also how many may come in one burst after a quiet minute.
        tokens_per_minute: input and output tokens together, likewise.
        concurrent_requests: requests in flight at one time.
    """

    requests_per_minute: int = 3_000_000
    tokens_per_minute: int = 10_000_000_000
    concurrent_requests: int = 10_000

    def __post_init__(self) -> None:
        for name in LIMIT_NAMES:
            check_limit(name, getattr(self, name))

    def overlaid(self, overrides: Mapping[str, int]) -> KeyLimits:
        """These limits with some replaced by name. Raises InvalidRequest for a name or number that cannot be."""
        for name, value in overrides.items():
            check_limit(name, value)
        return replace(self, **overrides) if overrides else self


LIMIT_NAMES = tuple(field.name for field in fields(KeyLimits))


def check_limit(name: str, value: object) -> None:
    """Refuse a limit we do not have, or a number it cannot take, in words."""
    if name not in LIMIT_NAMES:
        raise InvalidRequest(
            f"There is no limit called {name[:64]!r}; there are {', '.join(LIMIT_NAMES)}.", param="limits"
        )
    if type(value) is not int or not 0 <= value <= LIMIT_MAX:
        raise InvalidRequest(f"{name} must be a whole number from 0 to {LIMIT_MAX}.", param=f"limits.{name}")
