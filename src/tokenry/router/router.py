"""What the gateway asks at every request: who serves this model, in which order; and tells afterwards: how it went.

Holds the catalogue in force and a breaker for each deployment that failed of late. Single-threaded: it lives on the
event loop. A request keeps the entry it was admitted under, so `rank` takes a ModelEntry, of an older catalogue too.
"""

from __future__ import annotations

from dataclasses import dataclass

from tokenry.base.clock import NS_PER_S
from tokenry.router import breaker as breakers
from tokenry.router.breaker import HEALTHY, Breaker, FailureKind, State
from tokenry.router.catalogue import Catalogue, DeploymentEntry, ModelEntry
from tokenry.router.choose import choose

_TTFT_SHARE = 0.1  # of the newest measurement in the moving average


@dataclass(frozen=True, slots=True)
class DeploymentHealth:
    """One line of the health listing. Times are nanoseconds on the clock that the router is called with."""

    id: str
    state: State
    failures_in_row: int
    reopens_at_ns: int | None  # when the back-off ends or ended; None while closed
    last_failure: FailureKind | None
    last_failure_at_ns: int | None
    ttft_ms: float | None  # moving average of the time to first token


class Router:
    """The catalogue in force and the health of its deployments."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._breakers: dict[str, Breaker] = {}  # only those that differ from HEALTHY
        self._ttft_ms: dict[str, float] = {}
        self._last_failure: dict[str, tuple[FailureKind, int]] = {}
        self._ids = catalogue.deployment_ids()
        self.catalogue = catalogue

    def swap(self, catalogue: Catalogue) -> None:
        """Put a new catalogue in force. Deployments that stay keep their health; the memory of others goes."""
        self.catalogue = catalogue
        self._ids = catalogue.deployment_ids()
        self._breakers = {key: breaker for key, breaker in self._breakers.items() if key in self._ids}
        self._ttft_ms = {key: ms for key, ms in self._ttft_ms.items() if key in self._ids}
        self._last_failure = {key: failure for key, failure in self._last_failure.items() if key in self._ids}

    def rank(self, model: ModelEntry, draw: float, now_ns: int) -> tuple[DeploymentEntry, ...]:
        """The deployments to try for one request, best first; empty when all breakers are open.

        One request at a time finds a half-open deployment at the head of its priority: its trial. Otherwise one that
        came back would get no traffic as long as its equals are well. Ask `admit` before falling back to any but the
        first.

        Args:
            model: the entry that the request was admitted under.
            draw: uniform in [0, 1).
            now_ns: the same clock as for `succeeded` and `failed`.
        """
        unwell = self._breakers
        if not unwell:
            return model.deployments if len(model.deployments) == 1 else choose(model.deployments, {}, draw)
        health = {d.id: breakers.at(unwell[d.id], now_ns) for d in model.deployments if d.id in unwell}
        ranked = choose(model.deployments, health, draw)
        trial = next((d for d in ranked if d.id in health and health[d.id].trial_free), None)
        if trial is not None:
            ranked = _with_trial_first(ranked, trial)
            self.admit(ranked[0].id, now_ns)
        return ranked

    def admit(self, deployment_id: str, now_ns: int) -> bool:
        """Whether a request may fall back to the deployment now; if it is half-open, this request becomes its trial."""
        breaker = self._breakers.get(deployment_id, HEALTHY)
        health = breakers.at(breaker, now_ns)
        if health.trial_free:
            self._breakers[deployment_id] = breakers.begin_trial(breaker, now_ns)
        return health.state == "closed" or health.trial_free

    def succeeded(self, deployment_id: str, now_ns: int, ttft_ms: float | None) -> None:
        """The deployment's answer began after `ttft_ms` milliseconds (None where that has no meaning)."""
        if deployment_id not in self._ids:
            return
        if ttft_ms is not None:
            before = self._ttft_ms.get(deployment_id, ttft_ms)
            self._ttft_ms[deployment_id] = before + _TTFT_SHARE * (ttft_ms - before)
        if (breaker := self._breakers.get(deployment_id)) is not None:
            self._keep(deployment_id, breakers.succeeded(breaker, now_ns))

    def failed(self, deployment_id: str, now_ns: int, kind: FailureKind, retry_after_s: float | None = None) -> None:
        """A try of the deployment failed. `retry_after_s` is what its answer said, in seconds."""
        if deployment_id not in self._ids:
            return  # a request admitted under an older catalogue; there is nothing left to protect
        if kind != "caller":
            self._last_failure[deployment_id] = (kind, now_ns)
        self._keep(
            deployment_id, breakers.failed(self._breakers.get(deployment_id, HEALTHY), now_ns, kind, retry_after_s)
        )

    def retry_after_s(self, model: ModelEntry, now_ns: int) -> float:
        """Seconds until the first of the model's breakers lets a request through; 0 when one does now."""
        waits = [
            max(breaker.reopens_at_ns, breaker.trial_until_ns) - now_ns
            for deployment in model.deployments
            if (breaker := self._breakers.get(deployment.id, HEALTHY)).reopens_at_ns is not None
        ]
        return max(0, min(waits)) / NS_PER_S if waits and len(waits) == len(model.deployments) else 0.0

    def health(self, now_ns: int) -> tuple[DeploymentHealth, ...]:
        """How every deployment of the catalogue fares, sorted by id."""
        return tuple(self._health(key, now_ns) for key in sorted(self._ids))

    def _health(self, deployment_id: str, now_ns: int) -> DeploymentHealth:
        breaker = self._breakers.get(deployment_id, HEALTHY)
        kind, failed_at_ns = self._last_failure.get(deployment_id, (None, None))
        return DeploymentHealth(
            id=deployment_id,
            state=breakers.at(breaker, now_ns).state,
            failures_in_row=breaker.failures_in_row,
            reopens_at_ns=breaker.reopens_at_ns,
            last_failure=kind,
            last_failure_at_ns=failed_at_ns,
            ttft_ms=self._ttft_ms.get(deployment_id),
        )

    def _keep(self, deployment_id: str, breaker: Breaker) -> None:
        if breaker == HEALTHY:
            self._breakers.pop(deployment_id, None)
        else:
            self._breakers[deployment_id] = breaker


def _with_trial_first(ranked: tuple[DeploymentEntry, ...], trial: DeploymentEntry) -> tuple[DeploymentEntry, ...]:
    """`ranked` with `trial` at the head of its priority. Better priorities stay before it: a spare needs no traffic."""
    others = [deployment for deployment in ranked if deployment is not trial]
    before = [deployment for deployment in others if deployment.priority < trial.priority]
    return (*before, trial, *others[len(before) :])
