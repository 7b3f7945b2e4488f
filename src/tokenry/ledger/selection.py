"""Which receipts are meant: a filter that listings and exports have in common. Knows no journal and no time."""

from __future__ import annotations

from dataclasses import dataclass

from tokenry.ledger.receipts import Facts, Outcome, Receipt


@dataclass(frozen=True, slots=True)
class Selection:
    """What a receipt must be to be meant; None = it may be anything.

    Args:
        key_id, project_id: who asked. model: its configured name.
        provider: any try at it counts, so that a provider's failures are found too.
        deployment: who answered, as `provider/model`.
        statuses: first and last HTTP status.
        charge_min: nano-USD.
        organization_id, user_id: where and by whom it was asked. endpoint: what for.
        within: the projects that whoever looks may see; `own`: somebody whose requests are meant even in others.
    """

    key_id: str | None = None
    project_id: str | None = None
    model: str | None = None
    provider: str | None = None
    deployment: str | None = None
    statuses: tuple[int, int] | None = None
    outcome: Outcome | None = None
    charge_min: int | None = None
    organization_id: str | None = None
    user_id: str | None = None
    endpoint: str | None = None
    within: frozenset[str] | None = None
    own: str | None = None

    @property
    def everything(self) -> bool:
        """Whether every receipt is meant."""
        return self == _EVERYTHING

    def fits(self, one: Receipt) -> bool:
        """Whether this receipt is meant."""
        return (
            self.meets(one.facts)
            and self.deployment in {None, one.deployment}
            and self.outcome in {None, one.outcome}
            and (self.statuses is None or self.statuses[0] <= one.status <= self.statuses[1])
            and (self.charge_min is None or one.charge >= self.charge_min)
            and (self.provider is None or self._tried(one))
        )

    def meets(self, facts: Facts) -> bool:
        """Whether a request that asks so is meant, however it ends."""
        return (
            self.key_id in {None, facts.key_id}
            and self.project_id in {None, facts.project_id}
            and self.model in {None, facts.model}
            and self.organization_id in {None, facts.organization_id}
            and self.user_id in {None, facts.user_id}
            and self.endpoint in {None, facts.endpoint}
            and self.sees(facts)
        )

    def sees(self, facts: Facts) -> bool:
        """Whether whoever looks may see requests from there."""
        if self.within is None or facts.project_id in self.within:
            return True
        return self.own is not None and facts.user_id == self.own

    def _tried(self, one: Receipt) -> bool:
        names = [one.deployment or "", *(attempt.deployment for attempt in one.attempts)]
        return any(provider_of(name) == self.provider for name in names)


_EVERYTHING = Selection()


def statuses(text: str) -> tuple[int, int]:
    """First and last status of `404` or `4xx`. Raises ValueError."""
    word = text.strip().lower()
    if len(word) == 3 and word.isascii():
        if word.isdigit():
            return int(word), int(word)
        if word[0].isdigit() and word[1:] == "xx":
            return int(word[0]) * 100, int(word[0]) * 100 + 99
    raise ValueError(f"{text[:20]!r} is no HTTP status; write it like 404 or 4xx")


def provider_of(deployment: str) -> str:
    """The provider of `provider/model`; no provider's name holds a slash."""
    return deployment.partition("/")[0]
