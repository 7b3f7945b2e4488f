"""The choice among deployments: a table, then laws over many draws."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenry.router import DeploymentEntry, Health, choose

OPEN = Health("open")
TRIED = Health("half_open", trial_free=False)
FREE = Health("half_open", trial_free=True)
CLOSED = Health("closed")


def entry(id: str, priority: int = 1, weight: int = 1) -> DeploymentEntry:  # noqa: A002 - the field's own name
    return DeploymentEntry(id, "p", id, priority, weight)


A, B, C, SPARE = entry("a"), entry("b"), entry("c", weight=2), entry("spare", priority=2)

TABLE = [
    # deployments, health, draw, expected order
    ([A], {}, 0.5, "a"),
    ([], {}, 0.5, ""),
    ([A, B], {}, 0.0, "a b"),
    ([A, B], {}, 0.49, "a b"),
    ([A, B], {}, 0.5, "b a"),
    ([A, B, C], {}, 0.24, "a c b"),  # a takes [0, ¼); 0.24 leaves 0.96 of it, which falls to c among b and c
    ([A, B, C], {}, 0.26, "b a c"),
    ([A, B, C], {}, 0.99, "c b a"),
    ([SPARE, A], {}, 0.99, "a spare"),
    ([A, B], {"a": OPEN}, 0.0, "b"),
    ([A, B], {"a": CLOSED}, 0.0, "a b"),
    ([A, SPARE], {"a": OPEN}, 0.0, "spare"),
    ([A, SPARE], {"a": FREE}, 0.0, "spare a"),
    ([A, SPARE], {"a": TRIED}, 0.0, "spare"),
    ([A, SPARE], {"a": FREE, "spare": FREE}, 0.0, "a spare"),
    ([A, B], {"a": OPEN, "b": OPEN}, 0.0, ""),
    ([A], {"a": OPEN}, 0.0, ""),
    ([A], {"a": FREE}, 0.0, "a"),
    ([A], {"a": TRIED}, 0.0, ""),
]


@pytest.mark.parametrize(("deployments", "health", "draw", "order"), TABLE)
def test_the_order(deployments: list[DeploymentEntry], health: dict[str, Health], draw: float, order: str) -> None:
    assert [deployment.id for deployment in choose(deployments, health, draw)] == order.split()


@st.composite
def fleets(draw: st.DrawFn) -> tuple[list[DeploymentEntry], dict[str, Health]]:
    rows = draw(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 1_000_000)), max_size=8))
    deployments = [entry(f"d{index}", priority, weight) for index, (priority, weight) in enumerate(rows)]
    health = {d.id: draw(st.sampled_from([CLOSED, OPEN, TRIED, FREE])) for d in deployments if draw(st.booleans())}
    return deployments, health


draws = st.floats(0.0, 1.0, exclude_max=True)


@given(fleet=fleets(), draw=draws)
def test_laws_of_every_choice(fleet: tuple[list[DeploymentEntry], dict[str, Health]], draw: float) -> None:
    deployments, health = fleet
    before = list(deployments)
    ranked = choose(deployments, health, draw)
    assert ranked == choose(deployments, health, draw), "the same draw gives the same order"
    assert deployments == before, "nothing given is changed"
    usable = [d for d in deployments if health.get(d.id, CLOSED) in (CLOSED, FREE)]
    assert sorted(ranked, key=lambda d: d.id) == sorted(usable, key=lambda d: d.id), "all usable ones, each once"
    keys = [(health.get(d.id, CLOSED) == FREE, d.priority) for d in ranked]
    assert keys == sorted(keys), "healthy before half-open, then by priority"


def test_a_draw_outside_its_range_is_a_defect() -> None:
    with pytest.raises(AssertionError):
        choose([A, B], {}, 1.0)


@given(weights=st.lists(st.integers(1, 20), min_size=2, max_size=5))
def test_each_place_goes_by_weight(weights: list[int]) -> None:
    """Evenly spaced draws are an exact integral: first places, and second ones given the first, follow the weights."""
    deployments = [entry(str(index), weight=weight) for index, weight in enumerate(weights)]
    draws_count = 4000
    orders = [choose(deployments, {}, (index + 0.5) / draws_count) for index in range(draws_count)]
    total = sum(weights)
    firsts = Counter(order[0].id for order in orders)
    for deployment in deployments:
        assert firsts[deployment.id] == pytest.approx(draws_count * deployment.weight / total, abs=2)
    leader = max(deployments, key=lambda d: d.weight)
    seconds = Counter(order[1].id for order in orders if order[0] is leader)
    for deployment in deployments:
        if deployment is not leader:
            share = deployment.weight / (total - leader.weight)
            assert seconds[deployment.id] == pytest.approx(firsts[leader.id] * share, abs=3)


def test_a_deployment_without_health_trouble_keeps_its_share_when_another_opens() -> None:
    health = {"a": OPEN}
    firsts = Counter(choose([A, B, C], health, index / 3000)[0].id for index in range(3000))
    assert firsts == {"b": 1000, "c": 2000}
