"""The router as the gateway uses it: ranking, outcomes, trials, reload; and a machine over a fleet that fails."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tokenry.base.clock import NS_PER_S as S
from tokenry.config import parse
from tokenry.router import Catalogue, ModelEntry, Router


def catalogue(*deployments: str, model: str = "m") -> Catalogue:
    """A catalogue of one model; a deployment is written `provider priority weight`."""
    rows = [text.split() for text in deployments]
    providers = "".join(f'[[provider]]\nname="{row[0]}"\nbase_url="http://h/v1"\n' for row in rows)
    places = ",".join(f'{{provider="{p}", model="x", priority={priority}, weight={w}}}' for p, priority, w in rows)
    return Catalogue.build(parse(f'{providers}[[model]]\nname="{model}"\ndeployments=[{places}]', source="test"))


def model_of(router: Router, name: str = "m") -> ModelEntry:
    entry = router.catalogue.resolve(name)
    assert entry is not None
    return entry


def order(router: Router, draw: float = 0.0, now_ns: int = 0, entry: ModelEntry | None = None) -> str:
    return " ".join(d.provider for d in router.rank(entry or model_of(router), draw, now_ns))


def fail(router: Router, provider: str, times: int = 5, now_ns: int = 0) -> None:
    for _ in range(times):
        router.failed(f"{provider}/x", now_ns, "connect")


def test_one_healthy_deployment_is_handed_out_as_it_is() -> None:
    router = Router(catalogue("a 1 1"))
    assert router.rank(model_of(router), 0.7, 0) is model_of(router).deployments


def test_recovery_leaves_nothing_behind_on_the_way_of_a_request() -> None:
    router = Router(catalogue("a 1 1"))
    fail(router, "a")
    assert order(router, now_ns=S) == "a"
    router.succeeded("a/x", S, 1.0)
    assert router.rank(model_of(router), 0.7, S) is model_of(router).deployments


def test_priority_then_weight() -> None:
    router = Router(catalogue("spare 2 1", "a 1 1", "b 1 3"))
    assert order(router, draw=0.2) == "a b spare"
    assert order(router, draw=0.3) == "b a spare"


def test_an_open_deployment_gets_nothing_until_its_back_off_is_over() -> None:
    router = Router(catalogue("a 1 1", "b 1 1"))
    fail(router, "a")
    assert order(router) == "b"
    assert order(router, now_ns=S - 1) == "b"
    assert order(router, now_ns=S) == "a b", "its trial, at the head of its priority"
    assert order(router, now_ns=S) == "b", "one trial at a time"
    router.succeeded("a/x", S, 12.0)
    assert order(router, now_ns=S) == "a b"
    assert order(router, draw=0.5, now_ns=S) == "b a"


def test_a_failed_trial_doubles_the_back_off() -> None:
    router = Router(catalogue("a 1 1", "b 1 1"))
    fail(router, "a")
    assert order(router, now_ns=S) == "a b"
    router.failed("a/x", S, "timeout")
    assert order(router, now_ns=3 * S - 1) == "b"
    assert order(router, now_ns=3 * S) == "a b"


def test_a_spare_comes_back_without_taking_the_place_of_the_better_one() -> None:
    router = Router(catalogue("a 1 1", "spare 2 1"))
    fail(router, "spare")
    assert order(router, now_ns=S) == "a spare"
    assert order(router, now_ns=S) == "a spare", "nobody tried it, so its trial is still free"
    assert router.admit("spare/x", S), "a fall back to it is its trial"
    assert not router.admit("spare/x", S)
    assert order(router, now_ns=S) == "a"


def test_admit_lets_the_healthy_pass_and_the_open_not() -> None:
    router = Router(catalogue("a 1 1", "b 1 1"))
    fail(router, "a")
    assert not router.admit("a/x", 0)
    assert router.admit("b/x", 0)
    assert router.admit("b/x", 0)


def test_all_open_gives_nothing_and_says_when_to_come_back() -> None:
    router = Router(catalogue("a 1 1", "b 1 1"))
    assert router.retry_after_s(model_of(router), 0) == 0.0
    fail(router, "a")
    assert router.retry_after_s(model_of(router), 0) == 0.0, "the other one still serves"
    router.failed("b/x", 0, "rate_limited", 30.0)
    assert order(router) == ""
    assert router.retry_after_s(model_of(router), S // 2) == 0.5
    assert order(router, now_ns=S) == "a"
    assert order(router, now_ns=S) == ""
    assert router.retry_after_s(model_of(router), S) == 10.0, "until the trial's place is free again"


def test_the_callers_mistakes_leave_no_trace() -> None:
    router = Router(catalogue("a 1 1"))
    for _ in range(50):
        router.failed("a/x", 0, "caller")
    assert router.health(0)[0].last_failure is None
    assert order(router) == "a"


def test_a_reload_keeps_the_health_of_what_stays_and_forgets_the_rest() -> None:
    router = Router(catalogue("a 1 1", "b 1 1"))
    old = model_of(router)
    fail(router, "a")
    fail(router, "b")
    router.swap(catalogue("a 1 1", "c 1 1", model="new"))
    assert router.catalogue.resolve("m") is None
    assert order(router, entry=model_of(router, "new")) == "c"
    assert [(line.id, line.state) for line in router.health(0)] == [("a/x", "open"), ("c/x", "closed")]
    assert order(router, entry=old) == "b", "a request of the old catalogue still ranks"
    fail(router, "b")
    assert order(router, entry=old) == "b", "and its outcomes on what is gone are not kept"


def test_health_lists_every_deployment() -> None:
    router = Router(catalogue("a 1 1", "b 1 1"))
    router.succeeded("b/x", 0, 100.0)
    router.succeeded("b/x", 0, 200.0)
    router.succeeded("b/x", 0, None)
    fail(router, "a", now_ns=7)
    a, b = router.health(7)
    assert (a.id, a.state, a.failures_in_row, a.reopens_at_ns) == ("a/x", "open", 5, 7 + S)
    assert (a.last_failure, a.last_failure_at_ns, a.ttft_ms) == ("connect", 7, None)
    assert (b.id, b.state, b.last_failure, b.reopens_at_ns) == ("b/x", "closed", None, None)
    assert b.ttft_ms == pytest.approx(110.0)
    assert router.health(7 + S)[0].state == "half_open"


class FleetMachine(RuleBasedStateMachine):
    """Deployments that fail and recover under traffic. Nobody open is ever ranked, and nobody well is ever left out."""

    def __init__(self) -> None:
        super().__init__()
        self.now_ns = 0
        self.router = Router(catalogue("a 1 1", "b 1 5", "c 2 1"))
        self.up = {"a/x": True, "b/x": True, "c/x": True}

    @rule(id=st.sampled_from(["a/x", "b/x", "c/x"]), up=st.booleans())
    def a_deployment_changes(self, id: str, up: bool) -> None:  # noqa: A002 - the field's own name
        self.up[id] = up

    @rule(s=st.sampled_from([0.1, 1.0, 5.0, 61.0]))
    def time_passes(self, s: float) -> None:
        self.now_ns += int(s * S)

    @rule(draw=st.floats(0, 1, exclude_max=True), times=st.integers(1, 6))
    def requests_come(self, draw: float, times: int) -> None:
        for _ in range(times):
            states = {line.id: line.state for line in self.router.health(self.now_ns)}
            ranked = self.router.rank(model_of(self.router), draw, self.now_ns)
            assert all(states[d.id] != "open" for d in ranked)
            assert {d.id for d in ranked} >= {key for key, state in states.items() if state == "closed"}
            for index, deployment in enumerate(ranked):
                if index and not self.router.admit(deployment.id, self.now_ns):
                    continue
                if self.up[deployment.id]:
                    self.router.succeeded(deployment.id, self.now_ns, 10.0)
                    break
                self.router.failed(deployment.id, self.now_ns, "connect")

    @rule()
    def all_recover_under_traffic(self) -> None:
        """Whatever happened, with everyone up again a few requests after the longest back-off close every breaker."""
        self.up = dict.fromkeys(self.up, True)
        self.now_ns += 61 * S
        for _ in range(3):
            for deployment in self.router.rank(model_of(self.router), 0.5, self.now_ns)[:1]:
                self.router.succeeded(deployment.id, self.now_ns, 10.0)
        states = {line.id: line.state for line in self.router.health(self.now_ns)}
        assert states["a/x"] == states["b/x"] == "closed"

    @invariant()
    def somebody_serves_or_it_is_said_when(self) -> None:
        entry = model_of(self.router)
        wait_s = self.router.retry_after_s(entry, self.now_ns)
        states = {line.state for line in self.router.health(self.now_ns)}
        assert (wait_s > 0) <= (states <= {"open", "half_open"})
        if states == {"open"}:
            assert 0 < wait_s <= 60


TestFleetMachine = FleetMachine.TestCase
TestFleetMachine.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
