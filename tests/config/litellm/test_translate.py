"""LiteLLM's file in, ours out: models, chains, limits, prices as they were; every setting told of, no secret told."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tokenry.config import Config, Model, parse
from tokenry.config.litellm import Translation, read_tree, translate

FILES = sorted((Path(__file__).parent / "files").glob("*.yaml"))
SECRETS = (
    "sk-proj-literal",
    "sk-master-literal",
    "db-password-literal",
    "gsk_literal_in_variables",
    "header-literal-0123456789",
)


def made(tree: dict[str, Any], **environ: str) -> tuple[Translation, Config]:
    """The translation of a tree, read again by our own reader."""
    translation = translate(tree, environ)
    return translation, parse(translation.text, source="test")


def row(name: str, model: str, info: dict[str, Any] | None = None, **params: Any) -> dict[str, Any]:
    return {"model_name": name, "litellm_params": {"model": model, **params}, "model_info": info or {}}


def one(config: Config, name: str) -> Model:
    (found,) = [model for model in config.model if model.name == name]
    return found


def chain(config: Config, name: str) -> list[tuple[str, int, int]]:
    return [(f"{d.provider}/{d.model}", d.priority, d.weight) for d in one(config, name).deployments]


def told(translation: Translation, outcome: str) -> dict[str, str]:
    return {item.at: item.words for item in translation.report.items if item.outcome == outcome}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
class TestWholeFiles:
    def test_our_reader_takes_what_comes_out(self, path: Path) -> None:
        translation, config = made(read_tree(path))
        assert config.model
        assert {d.provider for m in config.model for d in m.deployments} == {p.name for p in config.provider}
        assert translation.text.startswith("# Made from a LiteLLM")

    def test_every_setting_is_told_of(self, path: Path) -> None:
        tree = read_tree(path)
        report = translate(tree, {}).report
        for place in leaves(tree, ""):
            assert report.knows(place) or any(
                item.at.startswith((f"{place}.", f"{place}[")) for item in report.items
            ), f"nobody told of {place}"
        assert all(item.words for item in report.items)
        assert len({item.at for item in report.items}) == len(report.items), "a place that is told of twice"

    def test_no_secret_is_told_or_written(self, path: Path) -> None:
        translation = translate(read_tree(path), {"OPENAI_API_KEY": "sk-from-the-environment"})
        words = translation.text + repr(translation.report)
        for secret in (*SECRETS, "sk-from-the-environment"):
            assert secret not in words


def leaves(tree: Any, at: str) -> list[str]:
    """Places of settings: keys of sections, and keys of a row's two mappings."""
    places = []
    for name, value in tree.items():
        if name == "model_list":
            for index, entry in enumerate(value):
                for part in ("litellm_params", "model_info"):
                    places += [f"model_list[{index}].{part}.{key}" for key in entry.get(part) or {}]
        elif isinstance(value, dict):
            places += [f"{name}.{key}" for key in value]
        else:
            places.append(name)
    return places


class TestProviders:
    @pytest.mark.parametrize(
        ("params", "url", "inner", "key"),
        [
            ({"model": "openai/gpt-4o"}, "https://api.openai.com/v1", "gpt-4o", "OPENAI_API_KEY"),
            ({"model": "gpt-4o"}, "https://api.openai.com/v1", "gpt-4o", "OPENAI_API_KEY"),
            ({"model": "claude-x"}, "https://api.anthropic.com/v1", "claude-x", "ANTHROPIC_API_KEY"),
            ({"model": "anthropic/c", "api_key": "os.environ/A"}, "https://api.anthropic.com/v1", "c", "A"),
            (
                {"model": "azure/dep", "api_base": "https://r.openai.azure.com/", "api_key": "os.environ/AZ"},
                "https://r.openai.azure.com/openai/v1", "dep", "AZ",
            ),
            ({"model": "azure/d", "api_base": "https://r.x/openai/v1"}, "https://r.x/openai/v1", "d", "AZURE_API_KEY"),
            ({"model": "hosted_vllm/a/b", "api_base": "http://g:8000"}, "http://g:8000/v1", "a/b", None),
            ({"model": "hosted_vllm/a", "api_base": "http://g:8000/v1/"}, "http://g:8000/v1", "a", None),
            ({"model": "openai/a", "api_base": "http://g/x/chat/completions"}, "http://g/x", "a", None),
            ({"model": "ollama/q", "api_base": "http://o:11434"}, "http://o:11434/v1", "q", None),
            ({"model": "ollama_chat/q"}, "http://127.0.0.1:11434/v1", "q", None),
            ({"model": "groq/l", "api_key": "os.environ/G"}, "https://api.groq.com/openai/v1", "l", "G"),
            ({"model": "a/b", "custom_llm_provider": "openai", "api_base": "http://g/v1"}, "http://g/v1", "a/b", None),
            ({"model": "plain", "api_base": "http://g/v1"}, "http://g/v1", "plain", None),
            ({"model": "openai/a", "api_base": "os.environ/BASE"}, "http://from-env/v1", "a", None),
        ],
        ids=lambda value: value.get("model") if isinstance(value, dict) else None,
    )  # fmt: skip
    def test_where_and_as_what(self, params: dict[str, Any], url: str, inner: str, key: str | None) -> None:
        _, config = made({"model_list": [{"model_name": "m", "litellm_params": params}]}, BASE="http://from-env/v1")
        (provider,) = config.provider
        assert (provider.base_url, provider.api_key_env) == (url, key)
        assert provider.dialect == ("anthropic" if "api.anthropic.com" in url else "openai")
        assert one(config, "m").deployments[0].model == inner

    @pytest.mark.parametrize(
        "params",
        [
            {"model": "bedrock/x"}, {"model": "nobody/x"}, {"model": "x"}, {"model": "openai/*"}, {"model": ""}, {},
            {"model": "hosted_vllm/x"}, {"model": "openai/x", "api_base": "os.environ/UNSET"},
            {"model": "openai/x", "api_base": "http://user:password@h/v1"}, {"model": "openai/x", "api_base": "ftp://h"},
            {"model": "openai/x", "api_base": "http://h/v1?key=secret"}, {"model": "openai/" + "x" * 5000},
            {"model": "azure/x"}, {"model": ["x"]}, {"model": "openai/x", "api_base": "http://[/v1"},
        ],
        ids=lambda value: str(value)[:40],
    )  # fmt: skip
    def test_what_cannot_be_carried_is_told_and_the_rest_stands(self, params: dict[str, Any]) -> None:
        rows = [{"model_name": "bad", "litellm_params": params}, row("good", "openai/y")]
        translation, config = made({"model_list": rows})
        assert [model.name for model in config.model] == ["good"]
        assert [provider.base_url for provider in config.provider] == ["https://api.openai.com/v1"]
        assert told(translation, "left out")
        assert "password" not in translation.text

    def test_rows_of_one_way_share_a_provider_and_others_do_not(self) -> None:
        rows = [
            row("a", "openai/x", api_key="os.environ/K1"), row("b", "openai/y", api_key="os.environ/K1"),
            row("c", "openai/x", api_key="os.environ/K2"), row("d", "openai/x", api_key="os.environ/K1", timeout=5),
        ]  # fmt: skip
        _, config = made({"model_list": rows})
        assert [(p.name, p.api_key_env, p.first_byte_timeout_s) for p in config.provider] == [
            ("openai", "K1", 300.0), ("openai-2", "K2", 300.0), ("openai-3", "K1", 5.0),
        ]  # fmt: skip

    def test_headers_go_along_unless_they_may_be_secret(self) -> None:
        headers = {"X-Team": "physics", "X-Api-Key": "abc", "X-Id": "0123456789abcdef0123456789", "X-E": "os.environ/E"}
        translation, config = made({"model_list": [row("a", "openai/x", extra_headers=headers, organization="org-1")]})
        assert config.provider[0].headers == {"x-team": "physics", "openai-organization": "org-1"}
        assert {at.rpartition(".")[2] for at in told(translation, "left out")} == {"X-Api-Key", "X-Id", "X-E"}


class TestSecrets:
    def test_a_key_in_clear_becomes_a_variable_of_its_own(self) -> None:
        rows = [
            row("a", "openai/x", api_key="sk-proj-literal"), row("b", "openai/x", api_key="os.environ/OPENAI_API_KEY"),
            row("c", "openai/y", api_key="sk-proj-literal"), row("d", "openai/z", api_key="sk-'other\"$`\\"),
        ]  # fmt: skip
        translation, config = made({"model_list": rows})
        assert translation.secrets.values == {
            "OPENAI_API_KEY_2": "sk-proj-literal",
            "OPENAI_API_KEY_3": "sk-'other\"$`\\",
        }
        assert {p.api_key_env for p in config.provider} == {"OPENAI_API_KEY", "OPENAI_API_KEY_2", "OPENAI_API_KEY_3"}
        assert translation.secrets.file().splitlines() == [
            "OPENAI_API_KEY_2='sk-proj-literal'", r'''OPENAI_API_KEY_3="sk-'other\"\$\`\\"''',
        ]  # fmt: skip

    def test_a_variable_of_the_file_is_moved_when_a_provider_wants_it(self) -> None:
        tree = {"model_list": [row("a", "groq/x")], "environment_variables": {"GROQ_API_KEY": "gsk_literal", "X": "y"}}
        translation, _ = made(tree)
        assert translation.secrets.values == {"GROQ_API_KEY": "gsk_literal"}
        assert "environment_variables.X" in told(translation, "left out")

    @pytest.mark.parametrize("word", ["none", "EMPTY", "", "null", "not-needed"])
    def test_no_key_is_no_key(self, word: str) -> None:
        translation, config = made({"model_list": [row("a", "hosted_vllm/x", api_base="http://g/v1", api_key=word)]})
        assert config.provider[0].api_key_env is None
        assert not translation.secrets.values


class TestModels:
    def test_rows_of_one_name_are_one_model(self) -> None:
        rows = [
            row("m", "openai/a", rpm=60), row("m", "groq/b", weight=3, order=2), row("m", "openai/a", weight=5),
            row("e", "openai/e", {"mode": "embedding"}), row("m", "openai/e", {"mode": "embedding"}),
            row("i", "openai/dall-e-3", {"mode": "image_generation"}),
        ]  # fmt: skip
        translation, config = made({"model_list": rows})
        assert chain(config, "m") == [("openai/a", 1, 65), ("groq/b", 2, 3)]
        assert one(config, "e").kind == "embedding"
        assert set(told(translation, "left out")) >= {"model_list[4]", "model_list[5]"}

    def test_prices_per_token_become_prices_per_million(self) -> None:
        info = {
            "input_cost_per_token": 1.5e-07,
            "output_cost_per_token": "6e-7",
            "cache_read_input_token_cost": 0.000000075,
            "cache_creation_input_token_cost": 1.875e-07,
            "output_cost_per_reasoning_token": "7e-7",
        }
        _, config = made({"model_list": [row("m", "openai/a", info), row("n", "openai/b", input_cost_per_token=1)]})
        price = one(config, "m").price
        assert price is not None
        assert (price.input, price.output, price.cached_input) == (Decimal("0.15"), Decimal("0.6"), Decimal("0.075"))
        assert (price.cache_write, price.reasoning) == (Decimal("0.1875"), Decimal("0.7"))
        assert one(config, "m").cost == price
        assert one(config, "n").price is not None

    @pytest.mark.parametrize("odd", [-1, 2, "free", float("nan"), float("inf"), 10**400, True, None, [1], 1e-20])
    def test_an_odd_price_is_none(self, odd: Any) -> None:
        _, config = made({"model_list": [row("m", "openai/a", {"input_cost_per_token": odd})]})
        price = one(config, "m").price
        assert price is None or price.input == 0

    def test_sizes(self) -> None:
        sizes = {"max_input_tokens": 2000, "max_output_tokens": 8000}
        _, config = made({"model_list": [row("m", "openai/a", sizes), row("n", "openai/b", max_tokens=77)]})
        assert (one(config, "m").context_length, one(config, "m").max_output_tokens) == (2000, 2000)
        assert one(config, "n").max_output_tokens == 77


class TestChains:
    ROWS = (row("a", "openai/a"), row("b", "groq/b", order=2), row("b", "groq/b2", order=4), row("c", "xai/c"))

    def test_fallbacks_stand_behind_in_their_order(self) -> None:
        tree = {
            "model_list": [*self.ROWS, row("e", "openai/e", {"mode": "embedding"})],
            "litellm_settings": {"fallbacks": [{"a": ["b", "c", "gone", "e"]}, {"gone": ["a"]}, {"c": ["gone"]}]},
        }
        translation, config = made(tree)
        assert chain(config, "a") == [("openai/a", 1, 1), ("groq/b", 2, 1), ("groq/b2", 4, 1), ("xai/c", 5, 1)]
        assert len(chain(config, "b")) == 2
        assert len(chain(config, "c")) == 1
        assert {at.rpartition(".")[2] for at in told(translation, "left out")} >= {"gone", "c"}

    def test_default_fallbacks_stand_behind_everything_once(self) -> None:
        tree = {"model_list": list(self.ROWS), "litellm_settings": {"default_fallbacks": ["c"]}}
        _, config = made(tree)
        assert chain(config, "a")[-1] == ("xai/c", 2, 1)
        assert chain(config, "b")[-1] == ("xai/c", 5, 1)
        assert chain(config, "c") == [("xai/c", 1, 1)]

    def test_models_that_fall_back_to_each_other(self) -> None:
        tree = {"model_list": list(self.ROWS), "router_settings": {"fallbacks": [{"a": ["c"]}, {"c": ["a"]}]}}
        _, config = made(tree)
        assert [d[0] for d in chain(config, "a")] == ["openai/a", "xai/c"]
        assert [d[0] for d in chain(config, "c")] == ["xai/c", "openai/a"]

    def test_aliases(self) -> None:
        aliases = {"gpt-4": "a", "h": {"model": "b", "hidden": True}, "c": "a", "x": "gone", "y": 5}
        tree = {"model_list": list(self.ROWS), "router_settings": {"model_group_alias": aliases}}
        translation, config = made(tree)
        assert one(config, "a").aliases == ("gpt-4",)
        assert one(config, "b").aliases == ("h",)
        assert len(told(translation, "left out")) == 3


def test_settings_and_limits() -> None:
    tree = {
        "model_list": [row("a", "openai/a")],
        "litellm_settings": {
            "request_timeout": 90, "json_logs": True, "max_budget": 12.5, "budget_duration": "24h", "success_callback":
            ["otel"], "default_key_generate_params": {
                "rpm_limit": 10, "tpm_limit": "20000", "max_parallel_requests": 3, "max_budget": 5,
                "models": ["a", "no"], "budget_duration": "10d", "duration": "30d", "team_id": "x",
            },
            "upperbound_key_generate_params": {"rpm_limit": 99},
        },
        "router_settings": {"timeout": 5, "routing_strategy": "simple-shuffle"},
        "general_settings": {"max_request_size_mb": 5},
    }  # fmt: skip
    translation, config = made(tree)
    assert config.server.request_timeout_s == 90
    assert config.server.body_size_max == 5 * 1024 * 1024
    assert config.log.format == "json"
    limits = config.limits
    assert (limits.requests_per_minute, limits.tokens_per_minute, limits.concurrent_requests) == (10, 20_000, 3)
    steps = "\n".join(translation.report.next_steps)
    assert "tokenry key create --name NAME --budget 5 --window total --models a --expires 30d" in steps
    assert "tokenry budget set --organization default --limit 12.5 --window day" in steps
    assert "tokenry[otel]" in steps
    assert (
        "never starts anew" in told(translation, "changed")["litellm_settings.default_key_generate_params.max_budget"]
    )


LETTERS = "aZ9 /.:-_#*'\"\n\t\x7fé€\u2028"
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(LETTERS, max_size=8) | st.sampled_from(
        ["a", "b", "openai/x", "azure/y", "os.environ/K", "http://h/v1", "chat", "30d", "1e-6"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([
        "model_name", "litellm_params", "model_info", "model", "api_base", "api_key", "mode", "order", "weight",
        "timeout", "extra_headers", "hidden", "max_budget", "rpm_limit", "models", "a", "b", "credential_name",
        "credential_values",
    ]) | st.text(LETTERS, max_size=5), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
SECTIONS = ["model_list", "litellm_settings", "router_settings", "general_settings", "environment_variables", "x"]


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(SECTIONS), ANYTHING),
    st.lists(st.fixed_dictionaries({"model_name": ANYTHING, "litellm_params": ANYTHING}), max_size=4),
)
def test_whatever_stands_there_comes_out_sound(tree: dict[str, Any], rows: list[Any]) -> None:
    text = yaml.safe_dump({**tree, "model_list": rows})  # so that it is something that YAML can say
    translation, _ = made(yaml.safe_load(text))
    assert len({item.at for item in translation.report.items}) <= len(translation.report.items)
