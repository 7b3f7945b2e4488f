"""What a receipt comes to in OpenTelemetry's words: attributes of spans, and measurements.

Knows the conventions for generative AI. Knows neither exporters nor when a request begins; imports nothing of
OpenTelemetry by itself. Source: https://github.com/open-telemetry/semantic-conventions-genai/tree/main/docs/gen-ai
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tokenry.config import Provider
from tokenry.gateway import RequestEnded
from tokenry.ledger import Attempt, Receipt

if TYPE_CHECKING:
    from opentelemetry.metrics import Meter
    from opentelemetry.trace import Span

Attributes = dict[str, Any]

_OPERATIONS = {"chat.completions": "chat", "completions": "text_completion", "embeddings": "embeddings"}
_PATHS = {"chat.completions": "/v1/chat/completions", "completions": "/v1/completions", "embeddings": "/v1/embeddings"}
# The conventions' names of providers, by the end of their hosts' names.
_PROVIDERS = {
    "api.openai.com": "openai", "openai.azure.com": "azure.ai.openai", "api.anthropic.com": "anthropic",
    "api.groq.com": "groq", "api.mistral.ai": "mistral_ai", "api.deepseek.com": "deepseek", "api.x.ai": "x_ai",
    "api.perplexity.ai": "perplexity", "api.cohere.ai": "cohere", "generativelanguage.googleapis.com": "gcp.gemini",
}  # fmt: skip  # one line a pair would bury the table
_FINE = frozenset({"completed", "cut"})

# Seconds and tokens, as the conventions want them.
_DURATION_S = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
_FIRST_S = (0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
_BETWEEN_S = (0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5)
_TOKENS = (1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864)


def provider_name(provider: Provider) -> str:
    """The conventions' name for who runs a provider, or its own name where they have none."""
    host = urlsplit(provider.base_url or "").hostname or ""
    return next((name for end, name in _PROVIDERS.items() if host == end or host.endswith(f".{end}")), provider.name)


def tell_request(span: Span, event: RequestEnded) -> None:
    """Name the server's span and say what became of the request."""
    from opentelemetry.trace import StatusCode

    receipt = event.receipt
    operation = _OPERATIONS.get(event.endpoint, event.endpoint)
    told: Attributes = {
        "http.request.method": "POST",
        "http.route": _PATHS.get(event.endpoint, ""),
        "gen_ai.operation.name": operation,
        "tokenry.request.id": event.request_id,
        "tokenry.project.id": event.principal.project_id,
        "tokenry.key.id": event.principal.key_id,
    }
    span.update_name(f"POST {told['http.route']}")
    if receipt is not None:
        told |= {
            "gen_ai.request.model": receipt.facts.model,
            "http.response.status_code": receipt.status,
            "tokenry.outcome": receipt.outcome,
            "tokenry.charge_nanousd": receipt.charge,
        }
    error = event.refused
    if error is None and receipt is not None and receipt.outcome not in _FINE:
        error = receipt.outcome
    if error is None and receipt is None and not event.replayed:
        error = "fault"
    if error is not None:
        told["error.type"] = error
    if error == "fault" or (receipt is not None and receipt.status >= 500):
        span.set_status(StatusCode.ERROR)
    span.set_attributes(told)


def tell_call(span: Span, receipt: Receipt, attempt: Attempt, provider: str) -> None:
    """Name the span of one call to an engine and say what it came to."""
    from opentelemetry.trace import StatusCode

    operation = _OPERATIONS.get(receipt.facts.endpoint, receipt.facts.endpoint)
    model = attempt.deployment.partition("/")[2]
    told: Attributes = {
        "gen_ai.operation.name": operation,
        "gen_ai.provider.name": provider,
        "gen_ai.request.model": model,
        "gen_ai.request.stream": receipt.facts.stream,
        "tokenry.deployment": attempt.deployment,
    }
    span.update_name(f"{operation} {model}")
    if attempt.ended == "ok":
        usage = receipt.usage
        told |= {
            "gen_ai.usage.input_tokens": usage.input_tokens,
            "gen_ai.usage.output_tokens": usage.output_tokens,
            "gen_ai.usage.cache_read.input_tokens": usage.cached_tokens,
            "tokenry.usage.source": usage.source,
        }
        if usage.reasoning_tokens:
            told["gen_ai.usage.reasoning.output_tokens"] = usage.reasoning_tokens
        if receipt.facts.stream:
            told["gen_ai.response.time_to_first_chunk"] = attempt.ms / 1000
        if receipt.outcome not in _FINE:
            told["error.type"] = receipt.outcome
            span.set_status(StatusCode.ERROR)
    else:
        told["error.type"] = attempt.ended
        span.set_status(StatusCode.ERROR)
    span.set_attributes(told)


class Measures:
    """The conventions' metrics of a model's server, and of its tokens."""

    def __init__(self, meter: Meter) -> None:
        def seconds(name: str, words: str, bounds: tuple[float, ...]) -> Any:
            return meter.create_histogram(name, "s", words, explicit_bucket_boundaries_advisory=list(bounds))

        self._duration = seconds("gen_ai.server.request.duration", "From admission to settlement.", _DURATION_S)
        self._first = seconds("gen_ai.server.time_to_first_token", "From admission to the first token.", _FIRST_S)
        self._between = seconds("gen_ai.server.time_per_output_token", "Mean time between tokens.", _BETWEEN_S)
        self._tokens = meter.create_histogram(
            "gen_ai.client.token.usage", "{token}", "Tokens used.", explicit_bucket_boundaries_advisory=list(_TOKENS)
        )

    def add(self, receipt: Receipt, provider: str) -> None:
        """Count one request."""
        facts, usage = receipt.facts, receipt.usage
        told: Attributes = {
            "gen_ai.operation.name": _OPERATIONS.get(facts.endpoint, facts.endpoint),
            "gen_ai.provider.name": provider,
            "gen_ai.request.model": facts.model,
        }
        failed = {} if receipt.outcome in _FINE else {"error.type": receipt.outcome}
        self._duration.record(receipt.duration_ms / 1000, {**told, **failed})
        if usage.total_tokens:
            self._tokens.record(usage.input_tokens, {**told, "gen_ai.token.type": "input"})
            self._tokens.record(usage.output_tokens, {**told, "gen_ai.token.type": "output"})
        if not failed and facts.stream and receipt.ttft_ms is not None:
            self._first.record(receipt.ttft_ms / 1000, told)
            if usage.output_tokens > 1:
                between_s = (receipt.duration_ms - receipt.ttft_ms) / 1000 / (usage.output_tokens - 1)
                self._between.record(between_s, told)
