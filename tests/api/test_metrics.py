"""What a scrape finds: every family once, counted right, with labels that are as many as the configuration."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.docs.pages import page as doc
from tokenry.access import RateLimited
from tokenry.api import Metrics
from tokenry.api.exposition import Buckets, Family, Page
from tokenry.api.families import FAMILIES
from tokenry.api.metrics import BETWEEN_BOUNDS_US, BOUNDS_MS
from tokenry.app.fleet import Fleet
from tokenry.app.house import opened, price_version, read_config
from tokenry.app.serving import Serving
from tokenry.base.events import Events
from tokenry.gateway import RequestEnded
from tokenry.ledger import Attempt, Facts, Receipt, Usage

pytestmark = pytest.mark.anyio
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]

FACTS = Facts("org", "prj", "key", None, "chat.completions", "chatty", True, 100, 100, None)
RECEIPT = Receipt(
    request_id="req", at=0, facts=FACTS, outcome="completed", status=200, deployment="a/m",
    attempts=(Attempt("a/m", "ok", 5),), usage=Usage(10, 5, 4, 2, "engine"), lines=(), charge=100, writeoff=0, cost=30,
    accounts=(), ttft_ms=20, duration_ms=60, estimated=False, seen_by=("a",),
)  # fmt: skip


def samples(text: bytes) -> Samples:
    """Every sample by name and labels; a family that is written twice or breaks the grammar fails here."""
    families = list(text_string_to_metric_families(text.decode()))
    assert len({family.name for family in families}) == len(families)
    found: Samples = {}
    for family in families:
        for one in family.samples:
            key = (one.name, tuple(sorted(one.labels.items())))
            assert key not in found, key
            found[key] = one.value
    return found


class Ended:
    """Metrics that hear of ends."""

    def __init__(self) -> None:
        self.events = Events()
        self.metrics = Metrics(self.events, {"chatty": "chatty", "alias": "chatty"}.get)

    def tell(self, receipt: Receipt | None = None, **more: Any) -> None:
        told = {"principal": None, "endpoint": "chat.completions", "model": "chatty", **more}
        self.events.emit(RequestEnded("req", receipt=receipt, **told))

    def value(self, name: str, **labels: str) -> float:
        return samples(self.metrics.render()).get((name, tuple(sorted(labels.items()))), math.nan)


SERVED = {"endpoint": "chat.completions", "model": "chatty"}


class TestCounting:
    def test_a_receipt_is_counted_whole(self) -> None:
        ended = Ended()
        ended.tell(RECEIPT)
        ended.tell(msgspec.structs.replace(RECEIPT, outcome="cut", estimated=True, charge=1, cost=None))
        assert ended.value("tokenry_requests_total", **SERVED, outcome="completed") == 1
        assert ended.value("tokenry_requests_total", **SERVED, outcome="cut") == 1
        kinds = {"input": 20, "cached": 8, "output": 10, "reasoning": 4}
        assert {kind: ended.value("tokenry_tokens_total", **SERVED, kind=kind) for kind in kinds} == kinds
        assert ended.value("tokenry_charge_nanousd_total", **SERVED) == 101
        assert ended.value("tokenry_cost_nanousd_total", **SERVED) == 30
        assert ended.value("tokenry_requests_estimated_total", **SERVED) == 1
        assert ended.value("tokenry_requests_retried_total", **SERVED) == 0

    @pytest.mark.parametrize(("ms", "bound"), [(0, 0.005), (5, 0.005), (6, 0.01), (300_000, 300.0)])
    def test_a_duration_falls_into_the_first_bucket_that_holds_it(self, ms: int, bound: float) -> None:
        ended = Ended()
        ended.tell(msgspec.structs.replace(RECEIPT, duration_ms=ms, ttft_ms=None))
        name = "tokenry_request_duration_seconds"
        below = [b / 1000 for b in BOUNDS_MS if b / 1000 < bound]
        assert ended.value(f"{name}_bucket", **SERVED, le=repr(bound)) == 1
        assert all(ended.value(f"{name}_bucket", **SERVED, le=repr(b)) == 0 for b in below)
        assert ended.value(f"{name}_sum", **SERVED) == ms / 1000
        assert ended.value(f"{name}_count", **SERVED) == 1

    def test_beyond_every_bound(self) -> None:
        ended = Ended()
        ended.tell(msgspec.structs.replace(RECEIPT, duration_ms=10**9, ttft_ms=10**9))
        for name in ("tokenry_request_duration_seconds", "tokenry_time_to_first_token_seconds"):
            assert ended.value(f"{name}_bucket", **SERVED, le="300.0") == 0
            assert ended.value(f"{name}_bucket", **SERVED, le="+Inf") == 1

    def test_tokens_of_a_stream(self) -> None:
        ended = Ended()
        ended.tell(RECEIPT)  # 4 steps in 40 ms
        assert ended.value("tokenry_time_to_first_token_seconds_sum", **SERVED) == 0.02
        assert ended.value("tokenry_time_between_tokens_seconds_sum", **SERVED) == 0.01
        assert ended.value("tokenry_time_between_tokens_seconds_bucket", **SERVED, le="0.01") == 1
        assert ended.value("tokenry_time_between_tokens_seconds_bucket", **SERVED, le="0.0075") == 0
        assert 10_000 in BETWEEN_BOUNDS_US

    def test_what_is_no_stream_has_no_first_token(self) -> None:
        ended = Ended()
        ended.tell(msgspec.structs.replace(RECEIPT, facts=msgspec.structs.replace(FACTS, stream=False)))
        ended.tell(msgspec.structs.replace(RECEIPT, usage=Usage(1, 1), ttft_ms=None))
        assert math.isnan(ended.value("tokenry_time_to_first_token_seconds_count", **SERVED))
        assert ended.value("tokenry_request_duration_seconds_count", **SERVED) == 2

    def test_failed_tries_by_deployment_and_how(self) -> None:
        ended = Ended()
        tries = (Attempt("a/m", "http_503", 1), Attempt("b/m", "connect", 1), Attempt("c/m", "ok", 1))
        ended.tell(msgspec.structs.replace(RECEIPT, attempts=tries))
        refused = (Attempt("a/m", "http_429", 1),)
        ended.tell(msgspec.structs.replace(RECEIPT, attempts=refused, outcome="refused"))
        ended.tell(msgspec.structs.replace(RECEIPT, attempts=(), outcome="refused"))
        found = {(one["deployment"], one["ended"]): v for one, v in self._of(ended, "tokenry_tries_failed_total")}
        assert found == {("a/m", "http_5xx"): 1, ("b/m", "connect"): 1, ("a/m", "http_429"): 1}
        assert ended.value("tokenry_requests_retried_total", **SERVED) == 1

    def test_refusals_by_code_under_a_name_that_is_ours(self) -> None:
        ended = Ended()
        ended.tell(refused="rate_limit_exceeded", model="alias")
        ended.tell(refused="model_not_found", model="what a client made up")
        ended.tell(replayed=True)
        ended.tell()
        ended.metrics.turned_away("chat.completions", "req", RateLimited("words"))
        found = {(one["model"], one["outcome"]): v for one, v in self._of(ended, "tokenry_requests_total")}
        assert found == {
            ("chatty", "rate_limit_exceeded"): 1, ("-", "model_not_found"): 1, ("chatty", "replayed"): 1,
            ("chatty", "fault"): 1, ("-", "rate_limit_exceeded"): 1,
        }  # fmt: skip
        assert ended.value("tokenry_rate_limit_refusals_total") == 1

    def _of(self, ended: Ended, name: str) -> list[tuple[dict[str, str], float]]:
        return [
            (dict(labels), value) for (told, labels), value in samples(ended.metrics.render()).items() if told == name
        ]

    def test_what_clients_make_up_makes_no_series(self) -> None:
        ended = Ended()
        ended.tell(refused="model_not_found", model="x")
        before = len(samples(ended.metrics.render()))
        for number in range(1000):
            ended.tell(refused="model_not_found", model=f"x{number}")
            ended.tell(msgspec.structs.replace(RECEIPT, facts=msgspec.structs.replace(FACTS, key_id=f"k{number}")))
        ended_with = len(samples(ended.metrics.render()))
        only = Ended()
        only.tell(refused="model_not_found", model="x")
        only.tell(RECEIPT)
        assert ended_with == len(samples(only.metrics.render()))
        assert before < ended_with


class TestText:
    def test_labels_and_words_are_escaped(self) -> None:
        page = Page()
        page.add(Family("odd", "gauge", "back\\slash\nline", ("name",)), [(('a"b\\c\nd',), 1)])
        ((key, value),) = samples(page.text()).items()
        assert key == ("odd", (("name", 'a"b\\c\nd'),))
        assert value == 1

    def test_a_histogram_adds_up_and_may_lack_its_sum(self) -> None:
        page = Page()
        page.add(Family("took", "histogram", "w"), [((), Buckets((0.5, 1.0), (1, 2, 3), None))])
        found = samples(page.text())
        assert [found["took_bucket", (("le", le),)] for le in ("0.5", "1.0", "+Inf")] == [1, 3, 6]
        assert found["took_count", ()] == 6
        assert ("took_sum", ()) not in found

    def test_a_label_too_few_is_a_mistake(self) -> None:
        with pytest.raises(ValueError, match="shorter"):
            Page().add(Family("odd", "gauge", "w", ("a", "b")), [(("x",), 1)])


CONFIGURATION = """
[[provider]]
name = "script"
dialect = "scripted"

[[model]]
name = "chatty"
price = { input = 1, output = 2 }
cost = { input = 1, output = 1 }
deployments = [
  { provider = "script", model = "scripted?error=500", priority = 1 },
  { provider = "script", model = "scripted", priority = 2 },
]
"""


@pytest.fixture
async def serving(tmp_path: Path) -> AsyncIterator[Serving]:
    path = tmp_path / "tokenry.toml"
    path.write_text(CONFIGURATION)
    async with opened(tmp_path / "data", *read_config(tmp_path, path)) as house:
        await house.ledger.set_prices(price_version(house, house.config))
        fleet = Fleet(house.artifacts)
        staged = await fleet.stage(house.config)
        made = Serving(house, fleet)
        made.put_in_force(staged, house.router.catalogue)
        yield made
        await fleet.stop(fleet.engines.values(), 0.0)


async def test_a_running_house_exposes_every_family_that_is_documented(serving: Serving) -> None:
    Ended.tell(_listener(serving), RECEIPT)
    text = serving.observing.metrics.render()
    families = {family.name: family for family in text_string_to_metric_families(text.decode())}
    assert set(families) == set(FAMILIES)
    for name, family in FAMILIES.items():
        assert families[name].type == family.kind, name
        for sample in families[name].samples:
            assert set(sample.labels) - {"le"} == set(family.labels), sample
    found = samples(text)
    assert found["tokenry_engine_up", (("engine", "script"),)] == 1
    assert found["tokenry_deployment_breaker", (("deployment", "script/scripted"),)] == 0
    assert found["tokenry_ledger_bytes", (("file", "db"),)] > 0
    assert found["tokenry_disk_free_bytes", ()] > 0
    assert found["process_open_fds", ()] > 2
    assert found["process_resident_memory_bytes", ()] > 10**7
    assert found["tokenry_journal_latched", ()] == 0
    assert found["tokenry_spending_held", ()] == 0


def _listener(serving: Serving) -> Ended:
    ended = Ended()
    ended.events.on(RequestEnded, serving.observing.metrics.ended)
    return ended


def test_the_page_tells_kind_and_labels_as_the_code_has_them() -> None:
    rows = {row[0].strip("`"): (row[1], row[2]) for row in doc("docs/reference/metrics.md").rows()}
    assert rows == {name: (family.kind, ", ".join(family.labels)) for name, family in FAMILIES.items()}
