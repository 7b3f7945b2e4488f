"""`model_list` as providers and models: entries of one name become one model with several deployments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tokenry.config.litellm import reasons
from tokenry.config.litellm.providers import OTHERS, SERVICES, Service, split
from tokenry.config.litellm.report import Report
from tokenry.config.litellm.values import (
    Secrets,
    is_secret,
    mapping,
    per_million,
    reference,
    resolved,
    text,
    wanted,
    whole,
)

Table = dict[str, Any]
_MODES = {"chat": "chat", "completion": "chat", "responses": "chat", "embedding": "embedding"}
_PRICES = {
    "input": "input_cost_per_token", "output": "output_cost_per_token", "cached_input": "cache_read_input_token_cost",
    "cache_write": "cache_creation_input_token_cost", "reasoning": "output_cost_per_reasoning_token",
}  # fmt: skip  # a table
_AZURE = frozenset({"azure", "azure_text", "azure_ai"})
_OLLAMA = frozenset({"ollama", "ollama_chat"})
_SECONDS_MAX, _TOKENS_MAX = 86_400, 100_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of `model_list`: where it stands, and its two mappings with a named credential filled in."""

    at: str
    name: str
    params: Table
    info: Table


@dataclass(slots=True)
class Models:
    """Providers and models as they come together, row by row."""

    report: Report
    environ: Mapping[str, str]
    secrets: Secrets
    providers: list[Table] = field(default_factory=list)
    models: dict[str, Table] = field(default_factory=dict)

    def add(self, at: str, row: Any, credentials: Mapping[str, Table]) -> None:
        """One row; what cannot be carried is told in the report."""
        name = text(mapping(row).get("model_name"))
        params = mapping(mapping(row).get("litellm_params"))
        model = text(params.get("model"))
        if name is None or model is None:
            self.report.left_out(at, "it has no model_name, or no litellm_params.model")
            return
        if "*" in name or "*" in model:
            words = "name the models; a [[provider]] that no model uses offers all that its /models lists, unpriced"
            self.report.left_out(at, words)
            return
        params = {**credentials.get(text(params.get("litellm_credential_name")) or "", {}), **params}
        entry = Entry(at, name, params, mapping(row.get("model_info")))
        mode = text(entry.info.get("mode")) or "chat"
        if mode not in _MODES:
            self.report.left_out(at, f"mode {mode[:40]}: only chat completions, completions and embeddings are served")
            return
        has_base = "api_base" in params or "base_url" in params
        provider, inner = split(model, text(params.get("custom_llm_provider")), has_base=has_base)
        service = SERVICES.get(provider or "")
        if provider is None or service is None:
            self.report.left_out(at, _unknown(provider))
            return
        made = self._provider(entry, provider, service)
        if made is None:
            return
        self._deploy(entry, _MODES[mode], {"provider": made["name"], "model": inner})
        self._rest(entry, service)

    # --- providers -------------------------------------------------------------------------------------------------

    def _provider(self, entry: Entry, provider: str, service: Service) -> Table | None:
        """The provider of this row: one that is there already, or a new one; None when nobody could reach it."""
        at, params = f"{entry.at}.litellm_params", entry.params
        raw = params.get("api_base", params.get("base_url"))
        base = resolved(raw, self.environ) or (service.url if raw is None else None)
        if base is None:
            name = reference(raw)
            words = f"{name} is not set here, so the address is not known; set it and import again" if name else ""
            self.report.left_out(entry.at, words or "no api_base says where it is")
            return None
        table: Table = {"base_url": _address(base, provider)}
        if service.dialect != "openai":
            table = {"dialect": service.dialect, **table}
        label = f"{provider}-{_host(base)}" if raw is not None else provider
        key = self._key(entry, label, service, has_base=raw is not None and provider not in _AZURE)
        table |= {} if key is None else {"api_key_env": key}
        table |= self._options(at, params)
        for known in self.providers:
            if {name: value for name, value in known.items() if name != "name"} == table:
                return known
        made = {"name": self._free_name(label), **table}
        self.providers.append(made)
        return made

    def _key(self, entry: Entry, label: str, service: Service, *, has_base: bool) -> str | None:
        at, raw = f"{entry.at}.litellm_params.api_key", entry.params.get("api_key")
        name = reference(raw)
        if name is not None:
            self.report.carried(at, f"api_key_env = {name}")
            return name
        if isinstance(raw, str) and wanted(raw):
            kept = self.secrets.keep(label, raw)
            if kept is None:
                self.report.left_out(at, "it is no key that a header can carry")
            else:
                self.report.changed(at, f"the key stood here in clear; it is now the variable {kept}")
            return kept
        if raw is not None:
            self.report.carried(at, "no key is sent")
            return None
        return None if has_base else service.key

    def _options(self, at: str, params: Table) -> Table:
        """What else a row says of the way to its provider."""
        table: Table = {}
        headers = self._headers(at, params)
        table |= {"headers": headers} if headers else {}
        most = whole(params.get("max_parallel_requests"), 1, 100_000)
        if most is not None:
            table["max_concurrency"] = most
            self.report.carried(f"{at}.max_parallel_requests", "max_concurrency")
        for name in ("timeout", "stream_timeout"):
            seconds = whole(params.get(name), 1, _SECONDS_MAX)
            if seconds is not None:
                table["first_byte_timeout_s"] = seconds
                self.report.changed(f"{at}.{name}", "first_byte_timeout_s: how long to wait for an answer to begin")
        verify = params.get("ssl_verify")
        if verify is False:
            table["verify_tls"] = False
            self.report.carried(f"{at}.ssl_verify", "verify_tls = false")
        elif (path := text(verify)) is not None:
            table["ca_file"] = path
            self.report.carried(f"{at}.ssl_verify", "ca_file")
        return table

    def _headers(self, at: str, params: Table) -> dict[str, str]:
        headers: dict[str, str] = {}
        found = {f"{at}.extra_headers.{n}": (n, v) for n, v in mapping(params.get("extra_headers")).items()}
        if "organization" in params:
            found[f"{at}.organization"] = ("openai-organization", params["organization"])
        for place, (name, value) in found.items():
            if not isinstance(value, str) or reference(value) is not None or is_secret(name, value):
                self.report.left_out(place, "it may be a secret, and secrets never stand in the configuration file")
            else:
                headers[name.lower()] = value
                self.report.carried(place, f"header {name.lower()[:60]}")
        return headers

    def _free_name(self, label: str) -> str:
        stem = re.sub(r"[^A-Za-z0-9._-]+", "-", label).strip("-._")[:48] or "provider"
        taken = {provider["name"] for provider in self.providers}
        return next(n for n in (stem, *(f"{stem}-{i}" for i in range(2, len(taken) + 3))) if n not in taken)

    # --- models ----------------------------------------------------------------------------------------------------

    def _deploy(self, entry: Entry, kind: str, deployment: Table) -> None:
        at, params = entry.at, entry.params
        model = self.models.get(entry.name)
        if model is None:
            model = self.models[entry.name] = {"name": entry.name, "kind": kind, "deployments": []}
        elif model["kind"] != kind:
            self.report.left_out(at, f"another entry of this name is for {model['kind']}")
            return
        order = whole(params.get("order"), 1, 1000)
        if order is not None:
            deployment["priority"] = order
            self.report.carried(f"{at}.litellm_params.order", "priority")
        weight = next((w for n in ("weight", "rpm", "tpm") if (w := whole(params.get(n), 1, 1_000_000))), None)
        if weight is not None:
            deployment["weight"] = weight
            if "weight" in params:
                self.report.carried(f"{at}.litellm_params.weight", "weight")
        same = next((d for d in model["deployments"] if _target(d) == _target(deployment)), None)
        if same is not None:
            same["weight"] = min(same.get("weight", 1) + deployment.get("weight", 1), 1_000_000)
            self.report.changed(f"{at}.model_name", f"as an earlier entry of {entry.name}; its weight counts twice")
        else:
            model["deployments"].append(deployment)
            self.report.carried(f"{at}.model_name", f"model {entry.name} on {deployment['provider']}")
        self._price(entry, model)
        self._sizes(entry, model)

    def _price(self, entry: Entry, model: Table) -> None:
        price: Table = {}
        for name, key in _PRICES.items():
            for part, table in (("litellm_params", entry.params), ("model_info", entry.info)):
                made = per_million(table.get(key))
                if made is not None and name not in price:
                    price[name] = made
                    self.report.carried(f"{entry.at}.{part}.{key}", f"price.{name} and cost.{name}, per million tokens")
        if "input" not in price:
            return
        if "price" not in model:
            model["price"] = model["cost"] = price
        elif model["price"] != price:
            place = f"{entry.at}.model_info.prices"
            self.report.changed(place, f"{entry.name} has one price, that of its first entry that has one")

    def _sizes(self, entry: Entry, model: Table) -> None:
        at, info = f"{entry.at}.model_info", entry.info
        context = whole(info.get("max_input_tokens"), 1, _TOKENS_MAX)
        if context is not None:
            model["context_length"] = min(context, model.get("context_length", context))
            self.report.carried(f"{at}.max_input_tokens", "context_length")
        places = (
            (f"{at}.max_output_tokens", info.get("max_output_tokens")),
            (f"{at}.max_tokens", info.get("max_tokens")),
            (f"{entry.at}.litellm_params.max_tokens", entry.params.get("max_tokens")),
        )
        for place, value in places:
            most = whole(value, 1, _TOKENS_MAX)
            if most is not None:
                model["max_output_tokens"] = min(most, model.get("max_output_tokens", most))
                self.report.changed(
                    place, "max_output_tokens: the limit when a request sets none, and the most it may set"
                )
                break
        if "context_length" in model:
            model["max_output_tokens"] = min(model.get("max_output_tokens", 4096), model["context_length"])

    def _rest(self, entry: Entry, service: Service) -> None:
        at = f"{entry.at}.litellm_params"
        if service.note:
            self.report.changed(f"{at}.model", service.note)
        else:
            self.report.carried(f"{at}.model", "the deployment's model")
        for name in ("api_base", "base_url", "custom_llm_provider", "litellm_credential_name"):
            if name in entry.params:
                self.report.carried(f"{at}.{name}", "in the provider")
        for name in ("rpm", "tpm"):
            if name in entry.params and "weight" not in entry.params:
                self.report.changed(f"{at}.{name}", "as the deployment's weight; it is no limit, a provider's 429 is")
        self.report.rest(entry.params, at, reasons.PARAMS, reasons.OTHERWISE)
        self.report.carried(f"{entry.at}.model_info.mode", "kind") if "mode" in entry.info else None
        self.report.rest(entry.info, f"{entry.at}.model_info", reasons.INFO, "the catalogue has no such fact")


def _target(deployment: Table) -> tuple[str, str]:
    return deployment["provider"], deployment["model"]


def _unknown(provider: str | None) -> str:
    if provider is None:
        return "nothing says which provider this is: no prefix, no api_base, no custom_llm_provider"
    if provider in OTHERS:
        return (
            f"{provider} has an API of its own, which Tokenry does not speak; put an OpenAI-compatible path before it"
        )
    return "Tokenry does not know this provider; with custom_llm_provider: openai and an api_base it can be carried"


def _host(base: str) -> str:
    try:
        return (urlsplit(base).hostname or "").split(".")[0]
    except ValueError:
        return ""


def _address(base: str, provider: str) -> str:
    """The base_url: LiteLLM adds some providers' paths by itself, ours ends where `/chat/completions` begins."""
    base = base.rstrip("/")
    for path in ("/chat/completions", "/embeddings", "/messages"):
        base = base.removesuffix(path).rstrip("/")
    if provider in _AZURE:
        return base if base.endswith("/v1") else f"{base.removesuffix('/openai')}/openai/v1"
    if provider in _OLLAMA:
        return base if base.endswith("/v1") else f"{base}/v1"
    bare = base.count("/") == 2  # scheme and host alone
    return f"{base}/v1" if bare else base
