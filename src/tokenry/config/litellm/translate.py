"""The whole file: models, chains, limits, settings; then our own reader has the last word.

Pure: a tree and the environment in, text and a report out. What our reader refuses is taken out again and told of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tokenry.config.litellm import reasons, toml
from tokenry.config.litellm.models import Models, Table
from tokenry.config.litellm.report import Report
from tokenry.config.litellm.values import Secrets, decimal, mapping, reference, references, text, whole
from tokenry.config.problems import ConfigError
from tokenry.config.read import parse

HEAD = """\
# Made from a LiteLLM configuration by `tokenry import litellm`. Read it before you use it: `tokenry config check`.
# Prices are what LiteLLM was told a token costs; models without a price serve only keys without a hard budget.

"""
_WINDOWS = {"24h": "day", "1d": "day", "daily": "day", "7d": "week", "weekly": "week", "30d": "month", "1mo": "month",
            "monthly": "month"}  # fmt: skip  # a table
_KEY_PARAMS = ("default_key_generate_params", "upperbound_key_generate_params")
_LIMITS = {
    "rpm_limit": ("requests_per_minute", 10**12), "tpm_limit": ("tokens_per_minute", 10**15),
    "max_parallel_requests": ("concurrent_requests", 1_000_000),
}  # fmt: skip  # a table
_ROUNDS_MAX = 20


@dataclass(frozen=True, slots=True)
class Translation:
    """A configuration that our reader takes, what became of each setting, and secrets that stood there in clear."""

    text: str
    report: Report
    secrets: Secrets


def translate(tree: Mapping[str, Any], environ: Mapping[str, str]) -> Translation:
    """Make a configuration of ours.

    Args:
        tree: LiteLLM's config.yaml, as `read_tree` gives it.
        environ: environment variables; only addresses given as `os.environ/NAME` are looked up, never a secret.
    """
    return _Translator(tree, environ).run()


class _Translator:
    def __init__(self, tree: Mapping[str, Any], environ: Mapping[str, str]) -> None:
        self.tree = tree
        self.report = Report()
        self.secrets = Secrets(taken={*environ, *mapping(tree.get("environment_variables")), *references(tree)})
        self.models = Models(self.report, environ, self.secrets)
        self.litellm = mapping(tree.get("litellm_settings"))
        self.router = mapping(tree.get("router_settings"))
        self.general = mapping(tree.get("general_settings"))
        self.tables: dict[str, Table] = {"server": {}, "limits": {}, "log": {}}

    def run(self) -> Translation:
        rows = self.tree.get("model_list")
        credentials = self._credentials()
        for index, row in enumerate(rows if isinstance(rows, list) else ()):
            self.models.add(f"model_list[{index}]", row, credentials)
        self._chains()
        self._aliases()
        self._settings()
        self._keys()
        self._variables()
        self._rest()
        return Translation(HEAD + self._sound(), self.report, self.secrets)

    # --- models ----------------------------------------------------------------------------------------------------

    def _credentials(self) -> dict[str, Table]:
        found: dict[str, Table] = {}
        rows = self.tree.get("credential_list")
        for index, row in enumerate(rows if isinstance(rows, list) else ()):
            name = text(mapping(row).get("credential_name"))
            if name is not None:
                found[name] = mapping(row.get("credential_values"))
                self.report.carried(f"credential_list[{index}]", "in the providers of the models that name it")
        return found

    def _chains(self) -> None:
        """Fallbacks: the other model's deployments behind a model's own, in the order in which they are tried."""
        own = {name: list(model["deployments"]) for name, model in self.models.models.items()}
        for section, table in (("litellm_settings", self.litellm), ("router_settings", self.router)):
            rows = table.get("fallbacks")
            for index, row in enumerate(rows if isinstance(rows, list) else ()):
                for name, others in mapping(row).items():
                    self._chain(f"{section}.fallbacks[{index}].{name}", name, others, own)
            others = table.get("default_fallbacks")
            if isinstance(others, list):
                for name in own:
                    self._append(name, others, own)
                self.report.changed(
                    f"{section}.default_fallbacks", "behind every model's own deployments, at its price"
                )

    def _chain(self, at: str, name: str, others: Any, own: dict[str, list[Table]]) -> None:
        if name not in own:
            self.report.left_out(at, "no model of this name was carried")
        elif self._append(name, others, own):
            self.report.changed(at, f"behind the deployments of {name}; their answers cost what {name} costs")
        else:
            self.report.left_out(at, "none of the models it falls back to was carried")

    def _append(self, name: str, others: Any, own: dict[str, list[Table]]) -> bool:
        model = self.models.models[name]
        added = False
        for other in others if isinstance(others, list) else ():
            fits = isinstance(other, str) and other != name and other in own
            if not fits or self.models.models[other]["kind"] != model["kind"]:
                continue
            last = max(deployment.get("priority", 1) for deployment in model["deployments"])
            first = min(deployment.get("priority", 1) for deployment in own[other])
            present = {(d["provider"], d["model"]) for d in model["deployments"]}
            for deployment in own[other]:
                if (deployment["provider"], deployment["model"]) not in present:
                    priority = min(last + 1 + deployment.get("priority", 1) - first, 1000)
                    model["deployments"].append({**deployment, "priority": priority})
                    added = True
        return added

    def _aliases(self) -> None:
        at, aliases = "router_settings.model_group_alias", mapping(self.router.get("model_group_alias"))
        taken = set(self.models.models)
        for alias, target in aliases.items():
            name = text(target) or text(mapping(target).get("model"))
            model = self.models.models.get(name or "")
            if model is None or alias in taken:
                why = "no model of that name was carried" if model is None else "a model has this name already"
                self.report.left_out(f"{at}.{alias}", why)
                continue
            taken.add(alias)
            model.setdefault("aliases", []).append(alias)
            if mapping(target).get("hidden"):
                self.report.changed(f"{at}.{alias}", f"an alias of {name}; it is not hidden")
            else:
                self.report.carried(f"{at}.{alias}", f"an alias of {name}")

    # --- settings --------------------------------------------------------------------------------------------------

    def _settings(self) -> None:
        for at, value in (("litellm_settings.request_timeout", self.litellm.get("request_timeout")),
                          ("router_settings.timeout", self.router.get("timeout"))):  # fmt: skip  # a table
            seconds = whole(value, 1, 86_400)
            if seconds is not None and "request_timeout_s" not in self.tables["server"]:
                self.tables["server"]["request_timeout_s"] = seconds
                self.report.changed(
                    at, "server.request_timeout_s: from admission to the last token, all tries together"
                )
        size = decimal(self.general.get("max_request_size_mb"))
        if size is not None and 1 <= size <= 1024:
            self.tables["server"]["body_size_max"] = int(size * 1024 * 1024)
            self.report.carried("general_settings.max_request_size_mb", "server.body_size_max, in bytes")
        if self.litellm.get("json_logs") is True:
            self.tables["log"]["format"] = "json"
            self.report.carried("litellm_settings.json_logs", 'log.format = "json"')
        if self.litellm.get("set_verbose") is True:
            self.tables["log"]["level"] = "debug"
            self.report.changed("litellm_settings.set_verbose", 'log.level = "debug"; prompts stand in no log')
        strategy = text(self.router.get("routing_strategy"))
        if strategy in ("simple-shuffle", "weighted-pick"):
            self.report.carried("router_settings.routing_strategy", "weights share the traffic among equals")
        elif strategy is not None:
            words = "deployments of one priority share the traffic by weight; other strategies are not built"
            self.report.changed("router_settings.routing_strategy", words)
        names = [name for key in ("callbacks", "success_callback") for name in _list(self.litellm.get(key))]
        if "prometheus" in names:
            self.report.next_steps.append("point Prometheus at /metrics; the names differ: docs/reference/metrics.md")
        if "otel" in names:
            self.report.next_steps.append('pip install "tokenry[otel]", then [telemetry] traces = true')

    def _keys(self) -> None:
        """What keys may do: our default limits, and the verbs that make keys and budgets as they were."""
        for section in _KEY_PARAMS:
            at, table = f"litellm_settings.{section}", mapping(self.litellm.get(section))
            for name, (ours, most) in _LIMITS.items():
                value = whole(table.get(name), 1, most)
                if value is not None:
                    self.tables["limits"].setdefault(ours, value)
                    self.report.carried(f"{at}.{name}", f"limits.{ours}, for keys without a limit of their own")
            options = self._key_options(at, table)
            if options:
                self.report.next_steps.append(f"tokenry key create --name NAME{options}")
            self.report.rest(table, at, {}, "a key of Tokenry's has nothing like it")
        budget = decimal(self.litellm.get("max_budget"))
        if budget is not None and budget > 0:
            window, words = _window(self.litellm.get("budget_duration"))
            verb = f"tokenry budget set --organization default --limit {budget:f} --window {window}"
            self.report.next_steps.append(verb)
            self.report.changed("litellm_settings.max_budget", f"a verb, since budgets stand in the books{words}")
            if "budget_duration" in self.litellm:
                self.report.changed("litellm_settings.budget_duration", "in the same verb")

    def _key_options(self, at: str, table: Table) -> str:
        options = ""
        budget = decimal(table.get("max_budget"))
        if budget is not None and budget > 0:
            window, words = _window(table.get("budget_duration"))
            options += f" --budget {budget:f} --window {window}"
            self.report.changed(f"{at}.max_budget", f"an option of `tokenry key create`{words}")
            if "budget_duration" in table:
                self.report.changed(f"{at}.budget_duration", "as above")
        models = [name for name in _list(table.get("models")) if name in self.models.models]
        if models:
            options += f" --models {','.join(models)}"
            self.report.changed(f"{at}.models", "an option of `tokenry key create`")
        duration = text(table.get("duration"))
        if duration is not None and duration[:-1].isdigit() and duration[-1] in "mhd":
            options += f" --expires {duration}"
            self.report.changed(f"{at}.duration", "an option of `tokenry key create`")
        return options

    def _variables(self) -> None:
        """`environment_variables` that hold a key which a provider wants are secrets, and stood there in clear."""
        used = {provider.get("api_key_env") for provider in self.models.providers}
        for name, value in mapping(self.tree.get("environment_variables")).items():
            at = f"environment_variables.{name}"
            if name not in used or reference(value) is not None:
                self.report.left_out(at, reasons.TOP["environment_variables"])
            elif isinstance(value, str) and value.strip().isascii() and value.strip().isprintable():
                self.secrets.values[name] = value.strip()
                self.report.changed(at, "a key that stood here in clear; it is moved out of the configuration")
            else:
                self.report.left_out(at, "it is no key that a header can carry")

    def _rest(self) -> None:
        report, more = self.report, reasons.OTHERWISE
        report.rest(self.litellm, "litellm_settings", reasons.LITELLM, more)
        report.rest(self.router, "router_settings", reasons.ROUTER, more)
        report.rest(self.general, "general_settings", reasons.GENERAL, more)
        report.rest({n: v for n, v in self.tree.items() if v not in (None, {}, [])}, "", reasons.TOP, more)
        for model in self.models.models.values():
            if "price" not in model:
                words = f"write a price for {model['name']}: without one it serves only keys without a hard budget"
                report.next_steps.append(words)

    # --- the last word ---------------------------------------------------------------------------------------------

    def _sound(self) -> str:
        """The text, once our reader takes it; what it refuses is taken out and told of."""
        tables: dict[str, Any] = {name: table for name, table in self.tables.items() if table}
        tables["provider"] = list(self.models.providers)
        tables["model"] = list(self.models.models.values())
        for _ in range(_ROUNDS_MAX):
            tables["provider"] = _used(tables["provider"], tables["model"])
            written = toml.document(tables)
            try:
                parse(written, source="the translation")
            except ConfigError as error:
                self._take_out(tables, error)
            else:
                return written
        raise AssertionError("each round takes something out, so the rounds must end")

    def _take_out(self, tables: dict[str, Any], error: ConfigError) -> None:
        gone: dict[tuple[str, int], str] = {}
        for problem in error.problems:
            assert problem.path, "what we write is TOML"
            section, index = str(problem.path[0]), problem.path[1] if len(problem.path) > 1 else None
            if isinstance(index, int):
                gone.setdefault((section, index), str(problem))
            else:
                tables.pop(section, None)
                self.report.left_out(f"[{section}]", str(problem))
        for section, index in sorted(gone, reverse=True):
            table = tables[section].pop(index)
            self.report.left_out(f"{section} {table['name'][:60]}", f"our reader refuses it: {gone[section, index]}")


def _used(providers: list[Table], models: list[Table]) -> list[Table]:
    """A provider that no model names would offer all that it has, which nobody asked for."""
    named = {deployment["provider"] for model in models for deployment in model["deployments"]}
    return [provider for provider in providers if provider["name"] in named]


def _window(duration: Any) -> tuple[str, str]:
    """Our window for LiteLLM's duration, and words where it is not the same."""
    told = text(duration)
    if told is None:
        return "total", ""
    window = _WINDOWS.get(told)
    if window is None:
        return "total", "; its duration has no counterpart (day, week, month or total), so it never starts anew"
    return window, "; windows begin at midnight, on Monday, on the first of the month"


def _list(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str)]
