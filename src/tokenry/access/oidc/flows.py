"""Sign-ins at providers that are under way: each is one browser's, is found once, and is forgotten after ten minutes.

They lie in memory alone: a restart asks people to begin again. Knows no HTTP and no clock but the one it is given.
"""

from __future__ import annotations

import hmac
from collections import OrderedDict
from dataclasses import dataclass

from tokenry.access.links import new_token
from tokenry.access.oidc.provider import Secrets, SignInRefused
from tokenry.access.secret import digest
from tokenry.base.clock import NS_PER_S, Clock

LIFE_S = 600
FLOWS_MAX = 10_000
PER_ADDRESS_MAX = 20


@dataclass(frozen=True, slots=True)
class Flow:
    """One sign-in under way: at which provider, with which secrets, in whose browser, and where it leads."""

    provider: str
    secrets: Secrets
    browser: bytes  # the hash of the cookie that it was begun with
    after: str  # a path of ours
    began_ns: int
    address: str | None


class Flows:
    """The table of them, oldest first. Used on one thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._by_state: OrderedDict[str, Flow] = OrderedDict()

    def begin(self, provider: str, browser: str, after: str, address: str | None) -> Flow:
        """A new one. The oldest give way when there are too many, an address's own first."""
        flow = Flow(
            provider=provider, secrets=Secrets(new_token(), new_token(), new_token()), browser=digest(browser.encode()),
            after=after, began_ns=self._clock.monotonic_ns(), address=address,
        )  # fmt: skip
        same = [state for state, one in self._by_state.items() if one.address == address]
        for state in same[: max(0, len(same) - PER_ADDRESS_MAX + 1)]:
            del self._by_state[state]
        while len(self._by_state) >= FLOWS_MAX:
            self._by_state.popitem(last=False)
        self._by_state[flow.secrets.state] = flow
        return flow

    def end(self, provider: str, state: str | None, browser: str | None) -> Flow:
        """The one with this state, which nobody finds again. Raises SignInRefused unless all fits."""
        flow = None if state is None else self._by_state.pop(state, None)
        if (
            flow is None
            or browser is None
            or flow.provider != provider
            or self._clock.monotonic_ns() - flow.began_ns >= LIFE_S * NS_PER_S
            or not hmac.compare_digest(flow.browser, digest(browser.encode()))
        ):
            raise SignInRefused(
                "This sign-in was not begun in this browser, took longer than ten minutes, or was used. Begin again."
            )
        return flow
