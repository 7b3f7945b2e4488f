"""Traces and metrics: whose parent a request has, what an engine is told, what a span says; and what it never says."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import httpx2
import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from tokenry.access import NewKey
from tokenry.app import observing
from tokenry.app.fleet import Fleet
from tokenry.app.house import opened, price_version, read_config
from tokenry.app.serving import Serving
from tokenry.app.spans import provider_name
from tokenry.app.tracing import NotInstalled, Tracing, open_tracing
from tokenry.config import ConfigError, Provider, Telemetry
from tokenry.engines import Call

pytestmark = pytest.mark.anyio

CONFIGURATION = """
[telemetry]
traces = true
metrics = true
{telemetry}
[[provider]]
name = "script"
dialect = "scripted"

[[model]]
name = "chatty"
price = {{ input = 1, output = 2 }}
deployments = [{{ provider = "script", model = "scripted" }}]

[[model]]
name = "falling"
price = {{ input = 1, output = 2 }}
deployments = [
  {{ provider = "script", model = "scripted?error=500", priority = 1 }},
  {{ provider = "script", model = "scripted", priority = 2 }},
]

[[model]]
name = "failing"
price = {{ input = 1, output = 2 }}
deployments = [{{ provider = "script", model = "scripted?error=500" }}]
"""
WORDS = "words that only the client knows"
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Stand:
    """A server in this process whose spans and measurements stay in memory."""

    def __init__(self, client: httpx2.AsyncClient, serving: Serving, spans: InMemorySpanExporter) -> None:
        self.client = client
        self.serving = serving
        self.exporter = spans
        self.reader: InMemoryMetricReader | None = None
        self.told: list[bytes] = []

    async def say(self, model: str = "chatty", headers: dict[str, str] | None = None, **more: Any) -> httpx2.Response:
        body = {"model": model, "messages": [{"role": "user", "content": WORDS}], "max_tokens": 8, **more}
        return await self.client.post("/v1/chat/completions", json=body, headers=headers)

    def spans(self) -> tuple[ReadableSpan, list[ReadableSpan]]:
        """The one server's span, and the spans of its calls in the order in which they began."""
        spans = self.exporter.get_finished_spans()
        (server,) = [span for span in spans if span.kind is SpanKind.SERVER]
        calls = sorted((s for s in spans if s.kind is SpanKind.CLIENT), key=lambda span: span.start_time or 0)
        assert all(call.parent is not None and call.parent.span_id == server.context.span_id for call in calls)
        assert all(call.context.trace_id == server.context.trace_id for call in calls)
        return server, calls


@asynccontextmanager
async def standing(folder: Path, monkeypatch: pytest.MonkeyPatch, telemetry: str = "") -> AsyncIterator[Stand]:
    path = folder / "tokenry.toml"
    path.write_text(CONFIGURATION.format(telemetry=telemetry))
    spans, reader = InMemorySpanExporter(), InMemoryMetricReader()
    monkeypatch.setattr(
        observing, "open_tracing", lambda settings, environ: Tracing(settings, SimpleSpanProcessor(spans), reader)
    )
    async with opened(folder / "data", *read_config(folder, path)) as house:
        await house.ledger.set_prices(price_version(house, house.config))
        fleet = Fleet(house.artifacts)
        staged = await fleet.stage(house.config)
        serving = Serving(house, fleet)
        serving.put_in_force(staged, house.router.catalogue)
        await staged.wait_ready()
        key = house.keys.create(NewKey(name="test", project_id=house.first.project.id))[1]
        transport = httpx2.ASGITransport(app=serving.app, raise_app_exceptions=False)
        headers = {"authorization": f"Bearer {key}"}
        async with httpx2.AsyncClient(transport=transport, base_url="http://tokenry", headers=headers) as client:
            stand = Stand(client, serving, spans)
            stand.reader = reader
            (engine,) = staged.engines.values()
            lines = engine.trace_lines
            assert lines is not None

            def noting(request_id: str, name: str) -> bytes:
                stand.told.append(lines(request_id, name))
                return stand.told[-1]

            engine.trace_lines = noting
            yield stand
        await fleet.stop(fleet.engines.values(), 0.0)
        await serving.observing.close()


@pytest.fixture
async def stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stand]:
    async with standing(tmp_path, monkeypatch) as made:
        yield made


async def test_a_request_is_a_span_with_its_call_below(stand: Stand) -> None:
    answer = await stand.say()
    assert answer.status_code == 200
    server, (call,) = stand.spans()
    assert server.name == "POST /v1/chat/completions"
    told = dict(server.attributes or {})
    assert told["tokenry.request.id"] == answer.headers["x-request-id"]
    assert told["http.response.status_code"] == 200
    assert told["gen_ai.request.model"] == "chatty"
    assert told["tokenry.charge_nanousd"] == int(answer.headers["x-tokenry-charge-nanousd"])
    assert "error.type" not in told
    assert call.name == "chat scripted"
    used = answer.json()["usage"]
    told = dict(call.attributes or {})
    assert told["gen_ai.operation.name"] == "chat"
    assert told["gen_ai.provider.name"] == "script"
    assert told["gen_ai.usage.input_tokens"] == used["prompt_tokens"]
    assert told["gen_ai.usage.output_tokens"] == used["completion_tokens"]
    assert told["gen_ai.request.stream"] is False


async def test_the_trace_of_the_client_goes_on_to_the_engine(stand: Stand) -> None:
    await stand.say(headers={"traceparent": PARENT, "tracestate": "vendor=1"})
    server, (call,) = stand.spans()
    assert f"{server.context.trace_id:032x}" == PARENT.split("-")[1]
    assert server.parent is not None
    assert f"{server.parent.span_id:016x}" == PARENT.split("-")[2]
    (lines,) = stand.told
    sent = dict(line.split(": ") for line in lines.decode().split("\r\n") if line)
    assert sent == {
        "traceparent": f"00-{call.context.trace_id:032x}-{call.context.span_id:016x}-01", "tracestate": "vendor=1",
    }  # fmt: skip


@pytest.mark.parametrize(
    "odd",
    ["", "00-" + "0" * 32 + "-" + "0" * 16 + "-01", "ff-" + PARENT[3:], "x" * 500, PARENT[:-3], "00-zz-zz-zz", "é\t"],
)
async def test_an_odd_parent_is_none(stand: Stand, odd: str) -> None:
    assert (await stand.say(headers={"traceparent": odd.encode()})).status_code == 200  # type: ignore[dict-item]  # the client takes bytes as well
    server, calls = stand.spans()
    assert server.parent is None
    assert len(calls) == 1


async def test_a_client_that_does_not_sample_is_not_traced_and_says_so_further(stand: Stand) -> None:
    await stand.say(headers={"traceparent": PARENT[:-2] + "00"})
    assert stand.exporter.get_finished_spans() == ()
    (lines,) = stand.told
    assert PARENT.split("-")[1].encode() in lines
    assert lines.rstrip().endswith(b"-00")


async def test_a_ratio_of_nothing_traces_those_alone_who_bring_a_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with standing(tmp_path, monkeypatch, "sample_ratio = 0") as stand:
        await stand.say()
        assert stand.exporter.get_finished_spans() == ()
        await stand.say(headers={"traceparent": PARENT})
        assert len(stand.exporter.get_finished_spans()) == 2


async def test_each_try_is_a_span_and_a_failed_one_says_how(stand: Stand) -> None:
    assert (await stand.say("falling")).status_code == 200
    server, (first, second) = stand.spans()
    assert (first.status.status_code, second.status.status_code) == (StatusCode.ERROR, StatusCode.UNSET)
    assert (first.attributes or {})["error.type"] == "http_500"
    assert (first.attributes or {})["tokenry.deployment"] == "script/scripted?error=500"
    assert "gen_ai.usage.input_tokens" not in (first.attributes or {})
    assert (second.attributes or {})["gen_ai.usage.input_tokens"]
    assert server.status.status_code is StatusCode.UNSET


@pytest.mark.parametrize(
    ("model", "more", "code", "status"),
    [
        ("failing", {}, "engine_error", StatusCode.ERROR),
        ("nothing", {}, "model_not_found", StatusCode.UNSET),
        ("chatty", {"max_tokens": 10**6}, "invalid_value", StatusCode.UNSET),
    ],
)
async def test_an_error_is_told_by_its_code(
    stand: Stand, model: str, more: dict[str, Any], code: str, status: StatusCode
) -> None:
    await stand.say(model, **more)
    server, _ = stand.spans()
    assert (server.attributes or {})["error.type"] == code
    assert server.status.status_code is status


async def test_a_stream_is_measured_and_traced(stand: Stand) -> None:
    assert (await stand.say(stream=True)).status_code == 200
    _, (call,) = stand.spans()
    assert (call.attributes or {})["gen_ai.request.stream"] is True
    assert (call.attributes or {})["gen_ai.response.time_to_first_chunk"] >= 0  # type: ignore[operator]  # an attribute may be a text, too
    assert stand.reader is not None
    data = stand.reader.get_metrics_data()
    assert data is not None
    metrics = {m.name: m for r in data.resource_metrics for s in r.scope_metrics for m in s.metrics}
    assert set(metrics) == {
        "gen_ai.server.request.duration", "gen_ai.server.time_to_first_token", "gen_ai.server.time_per_output_token",
        "gen_ai.client.token.usage",
    }  # fmt: skip
    kinds = {
        dict(p.attributes or {})["gen_ai.token.type"] for p in metrics["gen_ai.client.token.usage"].data.data_points
    }
    assert kinds == {"input", "output"}


async def test_no_word_of_the_client_and_no_open_span_is_left(stand: Stand) -> None:
    headers = {"traceparent": PARENT, "x-mine": WORDS, "user-agent": WORDS}
    for model in ("chatty", "falling", "failing", WORDS):
        await stand.say(model, headers=headers, user=WORDS)
        await stand.say(model, headers=headers, stream=True)
    await stand.client.post("/v1/chat/completions", content=b"{", headers=headers)
    await stand.client.post("/v1/chat/completions", json={}, headers={"authorization": WORDS})
    for span in stand.exporter.get_finished_spans():
        assert WORDS not in span.to_json()
    assert stand.serving.observing.tracing is not None
    assert not stand.serving.observing.tracing._open


def test_a_call_that_belongs_to_no_request_says_nothing() -> None:
    tracing = Tracing(Telemetry(traces=True), SimpleSpanProcessor(InMemorySpanExporter()), None)
    assert tracing.lines("req_unknown", "script") == b""
    assert Call("/x", b"", "req", stream=False, cache_scope="o").request_id == "req"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://api.openai.com/v1", "openai"), ("https://r.openai.azure.com/openai/v1", "azure.ai.openai"),
        ("http://127.0.0.1:8000/v1", "mine"), ("https://api.openai.com.evil.example/v1", "mine"), (None, "mine"),
    ],
)  # fmt: skip
def test_providers_by_their_usual_names(url: str | None, name: str) -> None:
    assert provider_name(Provider(name="mine", base_url=url)) == name


class Collector(BaseHTTPRequestHandler):
    """An OTLP receiver that keeps what came."""

    got: ClassVar[dict[str, list[tuple[dict[str, str], bytes]]]] = {}

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        self.got.setdefault(self.path, []).append((dict(self.headers), body))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[str]:
    Collector.got = {}
    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("by", ["configuration", "environment"])
async def test_what_a_collector_gets(by: str, collector: str) -> None:
    settings, environ = Telemetry(traces=True, metrics=True, service_name="campus"), {"H": "x-key=a%20b, x-two=2"}
    if by == "configuration":
        settings = Telemetry(traces=True, metrics=True, service_name="campus", endpoint=collector, headers_env="H")
    else:
        environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector + "/", "OTEL_EXPORTER_OTLP_HEADERS": environ["H"]}
    tracing = open_tracing(settings, environ)
    assert tracing is not None
    tracing.began("req_1", {b"traceparent": PARENT.encode()})
    from tests.api.test_metrics import RECEIPT
    from tokenry.gateway import RequestEnded

    principal: Any = type("P", (), {"project_id": "prj_1", "key_id": "key_1"})
    tracing.ended(RequestEnded("req_1", principal, "chat.completions", "chatty", receipt=RECEIPT))
    await tracing.close()
    ((headers, body),) = Collector.got["/v1/traces"]
    sent = {name.lower(): value for name, value in headers.items()}
    assert (sent["x-key"], sent["x-two"]) == ("a b", "2")
    request = ExportTraceServiceRequest.FromString(body)
    (resource,) = request.resource_spans
    names = {a.key: a.value.string_value for a in resource.resource.attributes}
    assert names["service.name"] == "campus"
    (span,) = resource.scope_spans[0].spans
    assert span.trace_id.hex() == PARENT.split("-")[1]
    (_, measured), *_ = Collector.got["/v1/metrics"]
    metrics = ExportMetricsServiceRequest.FromString(measured).resource_metrics[0].scope_metrics[0].metrics
    assert "gen_ai.server.request.duration" in {metric.name for metric in metrics}


async def test_nobody_there_keeps_nothing_from_its_end() -> None:
    tracing = open_tracing(Telemetry(traces=True, endpoint="http://127.0.0.1:1"), {})
    assert tracing is not None
    tracing.began("req_1", {})
    await tracing.close()


def test_off_is_nothing_at_all() -> None:
    assert open_tracing(Telemetry(), {}) is None
    code = "import sys, tokenry.app; print([m for m in sys.modules if m.startswith('opentelemetry')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout.replace("'", '"')) == []


def test_without_the_extra_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("opentelemetry.exporter")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter", None)
    with pytest.raises(NotInstalled, match=r'pip install "tokenry\[otel\]"'):
        open_tracing(Telemetry(traces=True), {})


def test_a_variable_that_is_not_set_is_named() -> None:
    with pytest.raises(ConfigError, match="OTLP_HEADERS"):
        open_tracing(Telemetry(traces=True, headers_env="OTLP_HEADERS"), {})
