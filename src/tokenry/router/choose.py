"""In which order to try a model's deployments. A pure function of them, their health and one random draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from tokenry.router.breaker import Health
from tokenry.router.catalogue import DeploymentEntry


def choose(
    deployments: Sequence[DeploymentEntry], health: Mapping[str, Health], draw: float
) -> tuple[DeploymentEntry, ...]:
    """The deployments worth trying, best first; empty when every breaker is open.

    Lower priority numbers come first; within one priority the order is a weighted shuffle. Open breakers are left out,
    and so are half-open ones whose trial another request is making; other half-open ones stand last.

    Args:
        deployments: of one model, in any order; the same draw gives the same result for the same order.
        health: by deployment id; who is missing is healthy.
        draw: uniform in [0, 1); decides the shuffle alone.
    """
    assert 0.0 <= draw < 1.0, "a draw lies in [0, 1)"
    well: list[DeploymentEntry] = []
    on_trial: list[DeploymentEntry] = []
    for deployment in deployments:
        state = health.get(deployment.id)
        if state is None or state.state == "closed":
            well.append(deployment)
        elif state.trial_free:
            on_trial.append(deployment)
    return (*_by_priority(well, draw), *_by_priority(on_trial, draw))


def _by_priority(deployments: list[DeploymentEntry], draw: float) -> list[DeploymentEntry]:
    if len(deployments) < 2:
        return deployments
    ranked: list[DeploymentEntry] = []
    for _, equals in groupby(sorted(deployments, key=_priority), key=_priority):
        ranked += _shuffled(list(equals), draw)
    return ranked


def _priority(deployment: DeploymentEntry) -> int:
    return deployment.priority


def _shuffled(equals: list[DeploymentEntry], draw: float) -> list[DeploymentEntry]:
    """A weighted order without replacement: each place goes to one of those left, in proportion to its weight.

    One draw serves all places: what is left of it within the chosen share is again uniform in [0, 1).
    """
    ranked: list[DeploymentEntry] = []
    while len(equals) > 1:
        point = draw * sum(deployment.weight for deployment in equals)
        index = 0
        while index < len(equals) - 1 and point >= equals[index].weight:
            point -= equals[index].weight
            index += 1
        chosen = equals.pop(index)
        draw = min(point / chosen.weight, 1.0 - 2.0**-53)  # rounding may touch 1
        ranked.append(chosen)
    return ranked + equals
