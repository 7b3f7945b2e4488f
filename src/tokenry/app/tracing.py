"""OpenTelemetry: a trace for each request, and metrics, by the conventions for generative AI. Needs the extra `otel`.

Knows receipts, and how spans and measurements are made of them. It never sees a prompt or an answer, so it cannot send
one. Nothing of OpenTelemetry is imported unless it is asked for.

Source of the names: https://github.com/open-telemetry/semantic-conventions-genai/tree/main/docs/gen-ai
and, for the headers, https://www.w3.org/TR/trace-context/
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tokenry import __version__
from tokenry.app import spans
from tokenry.base.clock import NS_PER_MS
from tokenry.base.errors import TokenryError
from tokenry.config import Config, Telemetry, secret
from tokenry.engines import Engine
from tokenry.gateway import RequestEnded

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.metrics.export import MetricReader
    from opentelemetry.sdk.trace import SpanProcessor
    from opentelemetry.trace import Span

EXPORT_TIMEOUT_S = 5
END_TIMEOUT_S = 5.0  # for what is not sent yet when the server ends
OPEN_MAX = 100_000  # requests under way whose spans are kept; further ones go untraced
_HEADERS = {b"traceparent": "traceparent", b"tracestate": "tracestate"}
_OWN_ENDPOINTS = {
    "traces": "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "metrics": "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
}
_DEFAULT_ENDPOINT = "http://127.0.0.1:4318"


class NotInstalled(TokenryError):
    """OpenTelemetry is asked for and not there."""

    def __init__(self) -> None:
        super().__init__(
            '[telemetry] needs OpenTelemetry: pip install "tokenry[otel]", or set traces and metrics to false'
        )


@dataclass(slots=True)
class _Open:
    """A request under way: its span, and one for each call that went out, by the engine's name."""

    span: Span
    calls: list[tuple[str, Span]] = field(default_factory=list)


class Tracing:
    """Hears of requests and makes spans and measurements of them.

    Args:
        settings: the `[telemetry]` table; at least one of `traces` and `metrics` is on.
        processor: where ended spans go. reader: where measurements go. Each is None when its kind is off.
    """

    def __init__(self, settings: Telemetry, processor: SpanProcessor | None, reader: MetricReader | None) -> None:
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        resource = Resource.create({SERVICE_NAME: settings.service_name, SERVICE_VERSION: __version__})
        self._traces: TracerProvider | None = None
        self._meters: MeterProvider | None = None
        self._measures: spans.Measures | None = None
        if processor is not None:
            sampler = ParentBased(TraceIdRatioBased(settings.sample_ratio))
            self._traces = TracerProvider(resource=resource, sampler=sampler, shutdown_on_exit=False)
            self._traces.add_span_processor(processor)
            self._tracer = self._traces.get_tracer("tokenry", __version__)
        if reader is not None:
            self._meters = MeterProvider([reader], resource=resource, shutdown_on_exit=False)
            self._measures = spans.Measures(self._meters.get_meter("tokenry", __version__))
        self._propagator = TraceContextTextMapPropagator()
        self._open: dict[str, _Open] = {}
        self._providers: dict[str, str] = {}

    def put_in_force(self, config: Config, engines: Mapping[str, Engine]) -> None:
        """The engines whose calls carry a trace on, from now on."""
        self._providers = {provider.name: spans.provider_name(provider) for provider in config.provider}
        if self._traces is not None:
            for engine in engines.values():
                engine.trace_lines = self.lines

    # --- while a request runs --------------------------------------------------------------------------------------

    def began(self, request_id: str, headers: Mapping[bytes, bytes]) -> None:
        """A request begins; it belongs to the trace that its `traceparent` names, else to one of its own."""
        if self._traces is None:
            return
        carrier = {text: headers[name].decode("latin-1") for name, text in _HEADERS.items() if name in headers}
        self._begin(request_id, self._propagator.extract(carrier, _nothing()))

    def _begin(self, request_id: str, parent: Context) -> _Open | None:
        from opentelemetry.trace import SpanKind

        if len(self._open) >= OPEN_MAX:
            return None
        made = _Open(self._tracer.start_span("request", context=parent, kind=SpanKind.SERVER))
        self._open[request_id] = made
        return made

    def lines(self, request_id: str, engine: str) -> bytes:
        """The header lines that tell an engine whose trace a call belongs to; a span begins for the call."""
        from opentelemetry.trace import SpanKind, set_span_in_context

        open_ = self._open.get(request_id)
        if open_ is None:
            return b""
        context = set_span_in_context(open_.span, _nothing())
        call = self._tracer.start_span("call", context=context, kind=SpanKind.CLIENT)
        open_.calls.append((engine, call))
        carrier: dict[str, str] = {}
        self._propagator.inject(carrier, set_span_in_context(call, _nothing()))
        lines = "".join(f"{name}: {value}\r\n" for name, value in carrier.items() if value.isprintable())
        return lines.encode("latin-1", "ignore")

    def ended(self, event: RequestEnded) -> None:
        """A request came to its end: its spans get their facts and end, too."""
        receipt = event.receipt
        if self._measures is not None and receipt is not None:
            self._measures.add(receipt, self._provider_of(receipt.deployment))
        open_ = self._open.pop(event.request_id, None)
        if open_ is None:
            return
        if receipt is not None:
            self._end_calls(open_, event)
        for _, call in open_.calls:
            call.end()  # a call that no attempt tells of: the client left, or the server ends
        spans.tell_request(open_.span, event)
        open_.span.end()

    def _end_calls(self, open_: _Open, event: RequestEnded) -> None:
        receipt = event.receipt
        assert receipt is not None
        for attempt in receipt.attempts:
            provider = attempt.deployment.partition("/")[0]
            found = next((place for place, (name, _) in enumerate(open_.calls) if name == provider), None)
            if found is None:  # it never got as far as a connection
                told = {"tokenry.deployment": attempt.deployment, "error.type": attempt.ended}
                open_.span.add_event("call not sent", told)
                continue
            _, call = open_.calls.pop(found)
            spans.tell_call(call, receipt, attempt, self._provider_of(attempt.deployment))
            began_ns: int | None = getattr(call, "start_time", None)  # one that is not recorded has none
            failed = attempt.ended != "ok" and began_ns is not None
            call.end((began_ns or 0) + attempt.ms * NS_PER_MS if failed else None)

    def _provider_of(self, deployment: str | None) -> str:
        name = (deployment or "").partition("/")[0]
        return self._providers.get(name, name or "tokenry")

    async def close(self) -> None:
        """Send what has not been sent, as far as a few seconds allow."""
        try:
            async with asyncio.timeout(END_TIMEOUT_S):
                await asyncio.to_thread(self._close)
        except TimeoutError:
            pass  # a collector that does not answer must not keep the server from its end

    def _close(self) -> None:
        for one in (self._traces, self._meters):
            if one is not None:
                one.force_flush(int(END_TIMEOUT_S * 500))
                one.shutdown()


def open_tracing(settings: Telemetry, environ: Mapping[str, str]) -> Tracing | None:
    """What `[telemetry]` asks for; None when it asks for nothing, which is the default and costs nothing.

    Args:
        settings: the table.
        environ: environment variables; `OTEL_EXPORTER_OTLP_…` fill in what the table does not say.

    Raises:
        NotInstalled: the extra is missing.
        ConfigError: `headers_env` names a variable that is not set.
    """
    if not (settings.traces or settings.metrics):
        return None
    headers = _headers(settings, environ)
    try:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ModuleNotFoundError:
        raise NotInstalled from None
    how: dict[str, Any] = {"headers": headers, "timeout": EXPORT_TIMEOUT_S}
    processor, reader = None, None
    if settings.traces:
        processor = BatchSpanProcessor(OTLPSpanExporter(endpoint=_endpoint(settings, environ, "traces"), **how))
    if settings.metrics:
        reader = PeriodicExportingMetricReader(
            OTLPMetricExporter(endpoint=_endpoint(settings, environ, "metrics"), **how)
        )
    return Tracing(settings, processor, reader)


def _endpoint(settings: Telemetry, environ: Mapping[str, str], signal: str) -> str:
    """Where one signal goes. Source: https://opentelemetry.io/docs/specs/otel/protocol/exporter/"""
    told = environ.get(_OWN_ENDPOINTS[signal])
    if settings.endpoint is None and told:
        return told
    base = settings.endpoint or environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or _DEFAULT_ENDPOINT
    return f"{base.rstrip('/')}/v1/{signal}"


def _headers(settings: Telemetry, environ: Mapping[str, str]) -> dict[str, str]:
    if settings.headers_env is not None:
        told = secret(environ, settings.headers_env)
    else:
        told = environ.get("OTEL_EXPORTER_OTLP_HEADERS", "")
    pairs = (pair.partition("=") for pair in told.split(",") if "=" in pair)
    return {name.strip().lower(): unquote(value.strip()) for name, _, value in pairs}


def _nothing() -> Context:
    """An empty context: whatever else this process traces is not a request's parent."""
    from opentelemetry.context import Context

    return Context()
